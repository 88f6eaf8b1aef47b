import { count, nodeText } from '../../analysis/text.ts';
import { defineNodeRule, number } from './rule.ts';

/** Messages of a node are missing: lost for good, refused, or held up for long. */
export const deliveryGap = defineNodeRule({
  name: 'delivery-gap',
  meaning: 'Messages of a node are missing: lost, refused, or not arriving for a long time.',
  severity: 'warning',
  forMs: 600_000,
  keepFiringForMs: 300_000,
  parameters: { gaps: number('Unconfirmed messages that raise it', 1) },
  find(node, limits) {
    if (node.delivery === undefined) return undefined;
    const { gaps = 0, newlyLost = 0, newlyDead = 0 } = node.delivery;
    const troubles = [
      ['lost', newlyLost, 1, 'critical', 'lost for good'],
      ['refused', newlyDead, 1, 'warning', 'could not be processed (see "nestwatch status")'],
      ['gap', gaps, limits.gaps, 'warning', 'before the newest one have not arrived'],
    ] as const;
    return troubles
      .filter(([, value, least]) => value >= least)
      .map(([subject, value, _least, severity, text]) => {
        const summary = `${nodeText(node)}: ${count(value, 'message')} ${text}.`;
        return { subject, value, severity, summary };
      });
  },
});
