import { median } from '@nestwatch/common/statistics';
import type { Baseline } from './baseline.ts';

/** One result, and what it is compared with. */
export interface Pair {
  /** Natural logarithm of the seconds for one unit. */
  readonly own: number;
  /** The same of the reference in the same round; 0 where the stream is compared with its own past alone. */
  readonly reference: number;
}

/**
 * Distance of each pair's ratio from the baseline's level.
 *
 * When the reference alone was disturbed in one round (the parent was busy for a minute and its guest did not
 * feel it), the ratio of that round looks too good and would hide a slowdown. Such a round is recognised by the
 * reference leaving the middle of the judged rounds by more than its guest does, and is put right. A slowdown
 * that both share stays in both and cancels.
 */
export function residuals(baseline: Baseline, pairs: readonly Pair[]): number[] {
  const own = median(pairs.map((pair) => pair.own));
  const reference = median(pairs.map((pair) => pair.reference));
  return pairs.map((pair) => {
    const referenceOff = pair.reference - reference;
    const alone = referenceOff > 2.5 * baseline.spread && pair.own - own < referenceOff / 2;
    return pair.own - pair.reference - baseline.level + (alone ? referenceOff : 0);
  });
}
