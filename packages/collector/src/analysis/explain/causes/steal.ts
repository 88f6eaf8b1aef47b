import { formatPercent } from '@nestwatch/common/quantities';
import { nodeText } from '../../text.ts';
import { onPath, share } from '../cause.ts';

const LEAST = 0.03;

/** Stolen time stretches everything by 1/(1 - steal). Each layer's own kernel counts only what its parent took. */
export const steal = onPath((node, { above, factor }) => {
  const before = node.before.stealRatio ?? 0;
  const since = node.since.stealRatio;
  if (since === undefined || since - before < LEAST || since >= 1) return undefined;
  const parent = above[above.indexOf(node) + 1];
  const whose = parent === undefined ? 'its hypervisor' : nodeText(parent);
  return {
    text: `Steal in ${nodeText(node)} rose from ${formatPercent(before)} to ${formatPercent(since)}: ${whose} runs something else or limits it.`,
    weight: share((1 - before) / (1 - since), factor),
  };
});
