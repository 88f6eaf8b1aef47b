import { formatPercent } from '@nestwatch/common/quantities';
import { asGuestOf } from '../../analysis/guests-of.ts';
import { nodeText } from '../../analysis/text.ts';
import { whoTakes } from '../../analysis/who-limits.ts';
import { defineNodeRule, number } from './rule.ts';

/** A node waits for CPUs that its parent gives to others. */
export const stealHigh = defineNodeRule({
  name: 'steal-high',
  meaning: "Much of a node's CPU time is stolen: its parent runs other work or limits it.",
  severity: 'warning',
  forMs: 300_000,
  keepFiringForMs: 300_000,
  parameters: {
    share: number('Share of stolen CPU time that raises it', 0.1),
    critical: number('Share that makes it critical', 0.3),
  },
  find(node, limits, view) {
    const steal = node.stealRatio;
    if (steal === undefined || steal < limits.share) return undefined;
    const parent = view.nodes.get(node.parent ?? '');
    const who = whoTakes(parent, node.name, asGuestOf(view, node)?.seen);
    return {
      value: steal,
      severity: steal >= limits.critical ? 'critical' : 'warning',
      summary: `${formatPercent(steal)} of the CPU time of ${nodeText(node)} is stolen: ${who}.`,
    };
  },
});
