import type { JudgedNode } from '../../analysis/judged-lab.ts';
import { nodeText } from '../../analysis/text.ts';
import type { CapabilityState } from '../../read/node-state.ts';
import { defineRule, type Finding, perNode } from './rule.ts';

/** A node that could host guests, or let them host others, cannot any more. */
export const capabilityLost = defineRule({
  name: 'capability-lost',
  meaning: 'A node lost the ability to run guests, or to let them run guests of their own.',
  severity: 'critical',
  evaluate(view, limitsFor) {
    return perNode(view, limitsFor, (node) =>
      node.capability === undefined ? [] : lost(node, node.capability),
    );
  },
});

function lost(node: JudgedNode, now: CapabilityState): Finding[] {
  const say = (subject: string, text: string): Finding => ({
    node: node.node,
    subject,
    summary: `${nodeText(node)} ${text}`,
  });
  if (now.couldHost === true && now.canHost === false) {
    const why =
      now.kvmDeviceOpens === false && now.didKvmDeviceOpen === true
        ? ': /dev/kvm does not open any more'
        : '';
    return [say('can-host', `could run guests with KVM, and cannot any more${why}.`)];
  }
  const found: Finding[] = [];
  if (now.didKvmDeviceOpen === true && now.kvmDeviceOpens === false) {
    found.push(say('kvm-device', 'could open /dev/kvm, and cannot any more.'));
  }
  if (now.wasNestedEnabled === true && now.nestedEnabled === false) {
    found.push(
      say(
        'nested',
        'had nesting switched on in its KVM module, and has it off now: its guests cannot run guests.',
      ),
    );
  }
  return found;
}
