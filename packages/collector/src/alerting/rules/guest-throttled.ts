import { formatPercent } from '@nestwatch/common/quantities';
import { guestsToJudge } from '../../analysis/guests-of.ts';
import { nodeText } from '../../analysis/text.ts';
import { throttledText } from '../../analysis/who-limits.ts';
import { defineNodeRule, number } from './rule.ts';

/** A cgroup stops a guest again and again. Where that shows as steal inside, `steal-high` tells of it. */
export const guestThrottled = defineNodeRule({
  name: 'guest-throttled',
  meaning:
    "A guest's cgroup stops it for much of the time, and no steal shows that inside: it has no steal clock, or no agent runs in it.",
  severity: 'info',
  forMs: 300_000,
  keepFiringForMs: 300_000,
  parameters: {
    share: number('Share of time stopped that raises it', 0.1),
    warning: number('Share that makes it a warning', 0.3),
    steal: number('Share of stolen time from which steal-high tells of it instead', 0.1),
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
          summary: `${name} stands still ${formatPercent(throttledRatio)} of the time: ${throttledText(parent, guest, seen)}.`,
          details: [
            `Raise cpu.max of that cgroup (virsh schedinfo, qm set --cpulimit), if this is not meant.`,
          ],
        },
      ];
    });
  },
});
