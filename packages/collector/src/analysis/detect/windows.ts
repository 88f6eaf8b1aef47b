import { median } from '@nestwatch/common/statistics';
import { type Baseline, learnBaseline } from './baseline.ts';
import { trimmedSpread } from './robust.ts';

/**
 * A change that is too small for three rounds is judged over more of them: the smaller it is, the longer it takes.
 * The evidence asked for is in spreads of such a window's middle.
 */
export interface Window {
  readonly rounds: number;
  /** Smallest change reported, as a ratio of times. */
  readonly smallest: number;
  readonly evidence: number;
}

export const WINDOWS: readonly Window[] = [
  { rounds: 6, smallest: 1.15, evidence: 3.5 },
  { rounds: 12, smallest: 1.1, evidence: 3.5 },
];

/** Fewest earlier results, in windows. */
const LEAST_WINDOWS = 3;

/**
 * The baseline from which the newest results of a stream have stepped up a little; undefined where they have not.
 * What the window's middle usually scatters is taken from earlier windows, because results that resemble their
 * neighbours let it wander further than their own spread tells.
 * @param values logarithms of ratios, in the order of time, those that are judged at the end
 * @param usual the level in force, which may have some of the newest in it
 */
export function smallStep(
  values: readonly number[],
  usual: number,
  windows = WINDOWS,
): (Window & { baseline: Baseline }) | undefined {
  for (const window of windows) {
    const { rounds, smallest, evidence } = window;
    const earlier = values.slice(0, -rounds);
    if (earlier.length < LEAST_WINDOWS * rounds) continue;
    const middle = median(values.slice(-rounds));
    // Most rounds are as usual, and end here.
    if (middle - usual < Math.log(smallest) / 2 || middle - median(earlier) < Math.log(smallest)) continue;
    const baseline = learnBaseline(earlier);
    const scatter = windowScatter(earlier, rounds, baseline);
    const young = 1 + rounds / earlier.length;
    if (middle - baseline.level >= evidence * young * scatter) return { ...window, baseline };
  }
  return undefined;
}

/** Standard deviation of the middle of this many neighbours. */
function windowScatter(
  values: readonly number[],
  rounds: number,
  { level, spread, correlation }: Baseline,
): number {
  const middles: number[] = [];
  for (let from = 0; from + rounds <= values.length; from += Math.ceil(rounds / 3)) {
    middles.push(median(values.slice(from, from + rounds)));
  }
  const expected = 1.2 * spread * Math.sqrt((1 + correlation) / (1 - correlation) / rounds);
  return Math.max(trimmedSpread(middles, level), expected);
}
