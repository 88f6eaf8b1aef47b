import { median } from '@nestwatch/common/statistics';
import { clamp, lagOneCorrelation, trimmedSpread } from './robust.ts';

/** What is normal for one stream of results, in natural logarithms of a time or of a ratio of times. */
export interface Baseline {
  /** Values it was learned from. */
  readonly count: number;
  readonly level: number;
  /** Robust standard deviation of one value around the level. */
  readonly spread: number;
  /** Correlation of a value with the one before it. */
  readonly correlation: number;
}

/** Below this the spread is taken for luck: three in a hundred. */
const LEAST_SPREAD = 0.03;

/** Learns a baseline from values in the order in which they were measured. */
export function learnBaseline(values: readonly number[]): Baseline {
  const level = median(values);
  const spread = Math.max(trimmedSpread(values, level), LEAST_SPREAD);
  return { count: values.length, level, spread, correlation: lagOneCorrelation(values, level, spread) };
}

/** Standard deviation of what a value adds to what its predecessor foretold. */
export function innovationSpread({ spread, correlation }: Baseline): number {
  return spread * Math.sqrt(1 - correlation * correlation);
}

/** Variance of the level itself, as the median of `count` correlated values. */
export function levelVariance({ spread, correlation, count }: Baseline): number {
  return (1.3 * spread * spread * (1 + correlation)) / ((1 - correlation) * count);
}

/** A residual as far as it may speak for what follows it: a wild value foretells nothing. */
export function foretelling(baseline: Baseline, residual: number): number {
  return clamp(residual, -2.5 * baseline.spread, 2.5 * baseline.spread);
}

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
