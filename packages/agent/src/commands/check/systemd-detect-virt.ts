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

const WHY_CONTAINER = 'it takes the first trace that it knows, and so do we, but not the same ones';

function whyVm(assessment: Assessment): string {
  const signature = valueIn(assessment.facts.cpuid.signature);
  const innermost = 'Both see the innermost hypervisor only, never the layers above it';
  if (signature === undefined) {
    return `it asks DMI before CPUID and knows other names; here the signature could not be read. ${innermost}`;
  }
  return `it executes CPUID itself, and a hypervisor of software (PVM) lets that through, so that the machine below answers; we ask the kernel, which gets ${signature}. DMI, which it asks first, is text that its maker chose. ${innermost}`;
}
