import { formatPercent } from '@nestwatch/common/quantities';
import { nodeText } from '../../text.ts';
import { onPath } from '../cause.ts';

/** Too little memory on the slow node or on a machine above it. */
export const memory = onPath((node) => {
  const waiting = node.since.memoryPressureRatio ?? 0;
  const waited = node.before.memoryPressureRatio ?? 0;
  if (waiting >= 0.05 && waiting - waited >= 0.03) {
    return {
      text: `${nodeText(node)} is short of memory: threads waited for it ${formatPercent(waiting)} of the time, before it was ${formatPercent(waited)}.`,
      weight: Math.min(0.9, 0.4 + waiting),
    };
  }
  const free = node.since.memoryAvailableRatio;
  const was = node.before.memoryAvailableRatio;
  if (free === undefined || was === undefined || free >= 0.08 || was - free < 0.05) return undefined;
  return {
    text: `${nodeText(node)} has ${formatPercent(free)} of its memory available; before it was ${formatPercent(was)}.`,
    weight: 0.4,
  };
});
