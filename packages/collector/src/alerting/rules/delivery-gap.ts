import { count, nodeText } from '../../analysis/text.ts';
import { defineRule, type Finding } from './rule.ts';

/** Reports of a node are missing: lost for good, refused, or held up for long. */
export const deliveryGap = defineRule({
  name: 'delivery-gap',
  meaning: 'Reports of a node are missing: lost, refused, or not arriving for a long time.',
  severity: 'warning',
  forMs: 600_000,
  keepFiringForMs: 300_000,
  parameters: { gaps: { meaning: 'Unconfirmed reports that raise it', default: 1, kind: 'number' } },
  evaluate(view, limitsFor) {
    return [...view.nodes.values()].flatMap((node): Finding[] => {
      const limits = limitsFor(node);
      const delivery = node.delivery;
      if (limits === undefined || delivery === undefined) return [];
      const { gaps = 0, newlyLost = 0, newlyDead = 0 } = delivery;
      const found: Finding[] = [];
      const say = (subject: string, value: number, text: string, severity: Finding['severity'] = 'warning') =>
        found.push({ node: node.node, subject, value, severity, summary: `${nodeText(node)}: ${text}` });
      if (newlyLost > 0) say('lost', newlyLost, `${count(newlyLost, 'report')} lost for good.`, 'critical');
      if (newlyDead > 0)
        say(
          'refused',
          newlyDead,
          `${count(newlyDead, 'report')} could not be taken in; see the dead letters.`,
        );
      if (gaps >= limits.gaps)
        say('gap', gaps, `${count(gaps, 'report')} before the newest one have not arrived.`);
      return found;
    });
  },
});
