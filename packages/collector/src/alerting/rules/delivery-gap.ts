import { count, nodeText } from '../../analysis/text.ts';
import { defineRule, perNode } from './rule.ts';

/** Messages of a node are missing: lost for good, refused, or held up for long. */
export const deliveryGap = defineRule({
  name: 'delivery-gap',
  meaning: 'Messages of a node are missing: lost, refused, or not arriving for a long time.',
  severity: 'warning',
  forMs: 600_000,
  keepFiringForMs: 300_000,
  parameters: { gaps: { meaning: 'Unconfirmed messages that raise it', default: 1, kind: 'number' } },
  evaluate(view, limitsFor) {
    return perNode(view, limitsFor, (node, limits) => {
      if (node.delivery === undefined) return [];
      const { gaps = 0, newlyLost = 0, newlyDead = 0 } = node.delivery;
      return (
        [
          ['lost', newlyLost, 1, 'critical', 'lost for good'],
          ['refused', newlyDead, 1, 'warning', 'could not be processed; see the dead letters'],
          ['gap', gaps, limits.gaps, 'warning', 'before the newest one have not arrived'],
        ] as const
      )
        .filter(([, value, least]) => value >= least)
        .map(([subject, value, _least, severity, text]) => ({
          node: node.node,
          subject,
          value,
          severity,
          summary: `${nodeText(node)}: ${count(value, 'message')} ${text}.`,
        }));
    });
  },
});
