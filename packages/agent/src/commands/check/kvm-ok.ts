import type { Assessment } from '../../capability/assess.ts';
import { valueIn } from '../../host/host.ts';
import type { Compare } from './comparison.ts';

/** kvm-ok of cpu-checker: "INFO: /dev/kvm exists" and "KVM acceleration can be used" or "can NOT be used". */
export const compareKvmOk: Compare = (output, assessment) => {
  const [, theirs, not] = /KVM acceleration (can (NOT )?be used)/.exec(output) ?? [];
  const opens = valueIn(assessment.facts.kvmDevice.opens) === true;
  const ours = opens ? 'can be used' : 'can not be used';
  if (theirs === undefined) return [{ about: 'KVM', theirs: noVerdict(output), ours, why: '' }];
  const agrees = opens === (not === undefined);
  return [{ about: 'KVM', theirs, ours, agrees, why: agrees ? '' : whyKvmOk(opens, assessment) }];
};

/** It ends without one where it wants to be root, or cannot load the module msr to ask the firmware's lock. */
function noVerdict(output: string): string {
  return /run this as root/.test(output) ? 'no verdict: it wants root' : 'no verdict';
}

function whyKvmOk(opens: boolean, assessment: Assessment): string {
  if (opens) {
    const modules = (valueIn(assessment.facts.kvmModules.loaded) ?? []).join(', ');
    return `it looks for vmx or svm in /proc/cpuinfo and stops there; we opened /dev/kvm, which is served by ${modules || 'the kernel'}`;
  }
  if (valueIn(assessment.facts.kvmDevice.exists) === false) {
    return 'without /dev/kvm it goes by the CPU flag and the lock of the firmware; nothing can be opened here';
  }
  return `it looks whether /dev/kvm exists and never opens it; opening gives ${valueIn(assessment.facts.kvmDevice.error) ?? 'an error'}`;
}
