import { formatDuration } from '@nestwatch/common/quantities';
import { nodeText } from '../../analysis/text.ts';
import { defineNodeRule } from './rule.ts';

/** Everything says that a node can run guests, and the smallest one does not boot. */
export const cannotBoot = defineNodeRule({
  name: 'cannot-boot',
  meaning:
    'The smallest guest does not boot on a node (guest.canary). Critical if one did within a week, otherwise a warning.',
  severity: 'critical',
  find(node, _limits, view) {
    const { canary, capability } = node;
    if (canary === undefined || canary.boots) return undefined;
    // That KVM is gone altogether is said by capability-lost.
    if (capability?.canHost === false) return undefined;
    const { bootedUs, reason, trigger } = canary;
    const since =
      bootedUs === undefined
        ? 'has booted within a week'
        : `boots any more; the last one booted ${formatDuration((view.nowUs - bootedUs) / 1e6)} ago`;
    return {
      severity: bootedUs === undefined ? 'warning' : 'critical',
      summary: `/dev/kvm opens on ${nodeText(node)}, and no guest ${since}.`,
      details: [
        `Reason: ${reason}.`,
        ...(trigger === '' ? [] : [`The canary ran because of: ${trigger}.`]),
        'On the node, "nestwatch-agent check --boot" tries again; "dmesg | tail" after it often shows the cause.',
      ],
    };
  },
});
