import { nodeText } from '../../analysis/text.ts';
import type { CapabilityState } from '../../read/node-state.ts';
import { defineNodeRule } from './rule.ts';

/** A node that could host guests, or let them host others, cannot any more. */
export const capabilityLost = defineNodeRule({
  name: 'capability-lost',
  meaning: 'A node lost the ability to run guests, or to let them run guests of their own.',
  severity: 'critical',
  find: (node) =>
    lost(node.capability ?? {}).map(([subject, text]) => ({ subject, summary: `${nodeText(node)} ${text}` })),
});

/** Each loss by its subject, in words. */
function lost(now: CapabilityState): (readonly [string, string])[] {
  const isDeviceLost = now.didKvmDeviceOpen === true && now.kvmDeviceOpens === false;
  if (now.couldHost === true && now.canHost === false) {
    const why = isDeviceLost ? ': /dev/kvm no longer opens' : '';
    return [['can-host', `can no longer run guests with KVM${why}.`]];
  }
  const found: (readonly [string, string])[] = [];
  if (isDeviceLost) found.push(['kvm-device', 'can no longer open /dev/kvm.']);
  // Switched off by itself to keep guests from what its kernel has: the rule known-issue reports it.
  const isMitigation = now.nestingMitigated === true;
  if (now.wasNestedEnabled === true && now.nestedEnabled === false && !isMitigation) {
    const text = 'switched nesting off in its KVM module: its guests can no longer run guests.';
    found.push(['nested', text]);
  }
  return found;
}
