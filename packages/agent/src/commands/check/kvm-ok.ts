import type { Assessment } from '../../capability/assess.ts';
import { valueIn } from '../../host/host.ts';
import type { Compare } from './comparison.ts';

/** kvm-ok of cpu-checker: "INFO: /dev/kvm exists" and "KVM acceleration can be used" or "can NOT be used". */
export const compareKvmOk: Compare = (output, assessment) => {
  const [, theirs, not] = /KVM acceleration (can (NOT )?be used)/.exec(output) ?? [];
  const opens = valueIn(assessment.facts.kvmDevice.opens) === true;
  const ours = opens ? 'can be used' : 'cannot be used';
  if (theirs === undefined) return [{ about: 'KVM', theirs: noVerdict(output), ours, why: '' }];
  const agrees = opens === (not === undefined);
  return [{ about: 'KVM', theirs, ours, agrees, why: agrees ? '' : whyKvmOk(opens, assessment) }];
};

/** It ends without one where it wants to be root, or cannot load the module msr to ask the firmware's lock. */
function noVerdict(output: string): string {
  return /run this as root/.test(output) ? 'no verdict: it requires root' : 'no verdict';
}

function whyKvmOk(opens: boolean, assessment: Assessment): string {
  if (opens) {
    const modules = (valueIn(assessment.facts.kvmModules.loaded) ?? []).join(', ');
    return `it stops without vmx or svm in /proc/cpuinfo; nestwatch opened /dev/kvm, which ${modules || 'the kernel'} provides`;
  }
  if (valueIn(assessment.facts.kvmDevice.exists) === false) {
    return 'without /dev/kvm it checks the CPU flag and the firmware lock; here /dev/kvm does not open';
  }
  return `it checks that /dev/kvm exists and never opens it; opening it gives ${valueIn(assessment.facts.kvmDevice.error) ?? 'an error'}`;
}
