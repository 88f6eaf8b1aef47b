import { formatPercent } from '@nestwatch/common/quantities';
import { nodeText } from '../../text.ts';
import { type CauseFinder, share } from '../cause.ts';

const LEAST = 0.03;

/** Stolen time stretches everything by 1/(1 - steal). Each layer's own kernel counts only what its parent took. */
export const steal: CauseFinder = ({ slow, above, factor }) =>
  [slow, ...above].flatMap((node, depth) => {
    const before = node.before.stealRatio ?? 0;
    const since = node.since.stealRatio;
    if (since === undefined || since - before < LEAST || since >= 1) return [];
    const stretch = (1 - before) / (1 - since);
    const parent = depth === 0 ? above[0] : above[depth];
    const whose = parent === undefined ? 'its hypervisor' : nodeText(parent);
    return [
      {
        text: `Steal in ${nodeText(node)} rose from ${formatPercent(before)} to ${formatPercent(since)}: ${whose} runs something else or limits it.`,
        weight: share(stretch, factor),
      },
    ];
  });
