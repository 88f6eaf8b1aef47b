import { defined } from '@nestwatch/common/defined';
import type { Assessment } from '../../capability/assess.ts';
import { valueIn } from '../../host/host.ts';
import type { Comparison, ToolOutput } from './comparison.ts';

/** kvm-ok of cpu-checker: "INFO: /dev/kvm exists" and "KVM acceleration can be used" or "can NOT be used". */
export function compareKvmOk({ output }: ToolOutput, assessment: Assessment): Comparison[] {
  const verdict = /KVM acceleration can (NOT )?be used/.exec(output);
  const theirs = verdict === null ? undefined : verdict[1] === undefined;
  const ours = valueIn(assessment.facts.kvmDevice.opens) === true;
  return [
    defined({
      tool: 'kvm-ok',
      about: 'KVM',
      theirs: theirs === undefined ? noVerdict(output) : theirs ? 'can be used' : 'can NOT be used',
      ours: ours ? 'can be used' : 'can not be used',
      agrees: theirs === undefined ? undefined : theirs === ours,
      why: theirs === undefined || theirs === ours ? '' : whyKvmOk(ours, assessment),
    }),
  ];
}

/** It ends without one where it wants to be root, or cannot load the module msr to ask the firmware's lock. */
function noVerdict(output: string): string {
  return /run this as root/.test(output) ? 'no verdict: it wants root' : 'no verdict';
}

function whyKvmOk(ours: boolean, assessment: Assessment): string {
  if (ours) {
    const modules = (valueIn(assessment.facts.kvmModules.loaded) ?? []).join(', ');
    return `it looks for vmx or svm in /proc/cpuinfo and stops there; we opened /dev/kvm, which is served by ${modules || 'the kernel'}`;
  }
  if (valueIn(assessment.facts.kvmDevice.exists) === false) {
    return 'without /dev/kvm it goes by the CPU flag and the lock of the firmware; nothing can be opened here';
  }
  return `it looks whether /dev/kvm exists and never opens it; opening gives ${valueIn(assessment.facts.kvmDevice.error) ?? 'an error'}`;
}
