import { formatPercent } from '@nestwatch/common/quantities';
import { guestsToJudge } from '../../analysis/guests-of.ts';
import { nodeText } from '../../analysis/text.ts';
import { throttledText } from '../../analysis/who-limits.ts';
import { defineNodeRule, number } from './rule.ts';

/** A cgroup stops a guest again and again. Where that shows as steal inside, `steal-high` reports it. */
export const guestThrottled = defineNodeRule({
  name: 'guest-throttled',
  meaning:
    "A guest's cgroup throttles it much of the time, and the guest shows no steal: it has no steal clock or no agent.",
  severity: 'info',
  forMs: 300_000,
  keepFiringForMs: 300_000,
  parameters: {
    share: number('Share of throttled time that raises it', 0.1),
    warning: number('Share that makes it a warning', 0.3),
    steal: number('Share of stolen time from which the rule steal-high covers it instead', 0.1),
  },
  find(node, limits, view) {
    return guestsToJudge(view, node).flatMap(({ parent, guest, seen, node: inside }) => {
      const { throttledRatio = 0, limitCpus } = seen;
      if (limitCpus === undefined || throttledRatio < limits.share) return [];
      if ((inside?.stealRatio ?? 0) >= limits.steal) return [];
      const name = inside === undefined ? guest : nodeText(inside);
      return [
        {
          ...(inside === undefined && { subject: guest }),
          value: throttledRatio,
          severity: throttledRatio >= limits.warning ? 'warning' : 'info',
          summary: `${name} is throttled ${formatPercent(throttledRatio)} of the time: ${throttledText(parent, guest, seen)}.`,
          details: [
            `If this is not intended, raise cpu.max of that cgroup (virsh schedinfo, qm set --cpulimit).`,
          ],
        },
      ];
    });
  },
});
