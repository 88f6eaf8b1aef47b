import { formatPercent } from '@nestwatch/common/quantities';
import { nodeText } from '../../text.ts';
import { onPath, share } from '../cause.ts';

/** Something else wants the CPUs, in the slow node itself or in a parent, whose threads then wait for each other. */
export const cpuWait = onPath((node, { factor }) => {
  const before = node.before.cpuPressureRatio ?? 0;
  const since = node.since.cpuPressureRatio;
  if (since === undefined || since - before < 0.1) return undefined;
  return {
    text: `Threads of ${nodeText(node)} waited for a CPU ${formatPercent(since)} of the time, before it was ${formatPercent(before)}: something else runs there.`,
    weight: 0.8 * share((1 - Math.min(before, 0.9)) / (1 - Math.min(since, 0.9)), factor),
  };
});
