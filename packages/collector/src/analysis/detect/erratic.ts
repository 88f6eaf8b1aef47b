import { median } from '@nestwatch/common/statistics';
import type { Baseline } from './baseline.ts';
import { madSpread } from './robust.ts';

export const ERRATIC = {
  /** Newest results whose scatter is compared with the usual one. */
  rounds: 12,
  /** Fewest results before them. */
  earlier: 24,
  /** Times the usual scatter that is reported. */
  least: 2.6,
  /** Results before those that are judged which tell how far the usual spread can be believed, */
  believed: 9,
  /** and how many times as much they have to scatter for it not to be. */
  doubt: 2.5,
  /** What the middle distance has to be, in usual spreads: a few wild results are no scatter. */
  most: 2.2,
  /** Below this it is over. */
  over: 1.7,
};

/**
 * The baseline as far as it can be believed: where the newest results scatter much more than it says, with their own
 * spread, because three of them may then be high by chance.
 * @param values the newest results before those that are judged
 */
export function believed(baseline: Baseline, values: readonly number[]): Baseline {
  if (values.length < ERRATIC.believed) return baseline;
  const newest = values.slice(-ERRATIC.believed);
  const times = madSpread(newest, median(newest)) / baseline.spread;
  return times < ERRATIC.doubt ? baseline : { ...baseline, spread: times * baseline.spread };
}

/** Whether most of the newest results scatter, and not a few wild ones alone. */
export function isWide(values: readonly number[], { spread }: Baseline): boolean {
  const newest = values.slice(-ERRATIC.rounds);
  return madSpread(newest, median(newest)) >= ERRATIC.most * spread;
}

/**
 * How many times the usual spread a stream scatters, by its newest results. Each half of them is taken around its own
 * middle, so that a step between them is no scatter.
 */
export function scatterRatio(values: readonly number[], baseline: Baseline): number {
  const newest = values.slice(-ERRATIC.rounds);
  const half = Math.ceil(newest.length / 2);
  return (meanDistance(newest.slice(0, half), baseline) + meanDistance(newest.slice(half), baseline)) / 2;
}

/** Of the values from their own middle, in usual spreads, as a standard deviation. */
function meanDistance(values: readonly number[], { spread }: Baseline): number {
  const middle = median(values);
  // The mean of distances tells more than their middle; capped, one or two wild results do not make it large.
  const cap = 4 * spread;
  const sum = values.reduce((all, value) => all + Math.min(Math.abs(value - middle), cap), 0);
  // The middle of few values is nearer to them than the level: 1.2533 for many, more for few.
  return (1.2533 * (1 + 0.9 / values.length) * sum) / values.length / spread;
}
