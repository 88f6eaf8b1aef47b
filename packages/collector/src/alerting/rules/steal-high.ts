import { formatPercent } from '@nestwatch/common/quantities';
import { nodeText } from '../../analysis/text.ts';
import { defineRule, perNode } from './rule.ts';

/** A node waits for CPUs that its parent gives to others. */
export const stealHigh = defineRule({
  name: 'steal-high',
  meaning: "Much of a node's CPU time is stolen: its parent runs something else or limits it.",
  severity: 'warning',
  forMs: 300_000,
  keepFiringForMs: 300_000,
  parameters: {
    share: { meaning: 'Share of stolen CPU time that raises it', default: 0.1, kind: 'number' },
    critical: { meaning: 'Share that makes it critical', default: 0.3, kind: 'number' },
  },
  evaluate(view, limitsFor) {
    return perNode(view, limitsFor, (node, limits) => {
      const steal = node.stealRatio;
      if (steal === undefined || steal < limits.share) return undefined;
      const parent = view.nodes.get(node.parent ?? '');
      const whose = parent === undefined ? 'its hypervisor' : nodeText(parent);
      return {
        node: node.node,
        subject: '',
        value: steal,
        severity: steal >= limits.critical ? ('critical' as const) : ('warning' as const),
        summary: `${formatPercent(steal)} of the CPU time of ${nodeText(node)} is stolen: ${whose} runs something else or limits it.`,
      };
    });
  },
});
