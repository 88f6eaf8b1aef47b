import type { Assessment } from '../../capability/assess.ts';
import { valueIn } from '../../host/host.ts';
import type { Compare } from './comparison.ts';

/** Its words for what we call otherwise. */
const WORDS: Readonly<Record<string, string>> = {
  qemu: 'tcg',
  amazon: 'kvm',
  google: 'kvm',
  microsoft: 'hyper-v',
  oracle: 'virtualbox',
  zvm: 'z/vm',
};

/** systemd-detect-virt: one word, or "none" with exit code 1. */
export const compareDetectVirt =
  (flag: '--vm' | '--container'): Compare =>
  (output, assessment) => {
    const isVm = flag === '--vm';
    const ours = valueIn(isVm ? assessment.hypervisor : assessment.facts.container.kind) ?? 'none';
    const theirs = output.trim().split('\n').at(-1) ?? '';
    const agrees = (WORDS[theirs] ?? theirs) === ours;
    const why = agrees ? '' : isVm ? whyVm(assessment) : WHY_CONTAINER;
    return [{ about: isVm ? 'hypervisor' : 'container', theirs, ours, agrees, why }];
  };

const WHY_CONTAINER = 'both take the first trace they know, but they know different traces';

function whyVm(assessment: Assessment): string {
  const signature = valueIn(assessment.facts.cpuid.signature);
  const innermost = 'Both see only the innermost hypervisor';
  if (signature === undefined) {
    return `it reads DMI before CPUID and knows other names; nestwatch could not read the signature here. ${innermost}`;
  }
  return `it executes CPUID itself, and a software hypervisor (PVM) passes that on to the machine below; nestwatch asks the kernel, which gets ${signature}. It reads DMI first, and DMI is text that the vendor chose. ${innermost}`;
}
