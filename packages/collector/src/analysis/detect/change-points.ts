import { median } from '@nestwatch/common/statistics';
import { clamp, trimmedSpread } from './robust.ts';

/** A lasting change of level, found by looking back over a whole history. */
export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Ratio of times after to before, as medians: above 1 is slower. */
  readonly factor: number;
  /** Chance of a split this good in the same values without a change. */
  readonly chance: number;
}

/** Numbers in [0, 1). Injected, so that the same history gives the same answer. */
type Random = () => number;

/** Fewest values between two changes. */
const SHORTEST = 5;
/** Smallest change that is listed, as the logarithm of a ratio. */
const SMALLEST = Math.log(1.1);
/** Largest chance of being luck, over the whole history. */
const LARGEST_CHANCE = 0.01;
const PERMUTATIONS = 199;
/** A history that spreads by less does not vary. */
const ROUNDING = 1e-12;

/** The changes of one history, each in the order of time. */
export interface ChangePoints {
  /** All that are there, however small. */
  readonly found: readonly ChangePoint[];
  /** Those worth a word: between segments that differ by 1.1 times or more, smaller changes joined. */
  readonly listed: readonly ChangePoint[];
}

/**
 * Divides a history of logarithms of times at its lasting changes, the clearest first (E-divisive: Matteson and
 * James, arXiv:1306.4933). It departs from the original, and from Hunter/Otava, in three ways that its false
 * alarms ask for: values are clipped, so that a spike is not a segment; whole blocks of neighbours are permuted,
 * so that autocorrelation does not look like a change; and segments have a least length. Meant for looking back
 * in a report: it may move a change when more is known, which a pager must not.
 */
export function changePoints(values: readonly number[], random: Random): ChangePoints {
  const splits = divide(standardised(values), 0, random);
  return { found: measured(values, splits), listed: withoutSmall(values, splits) };
}

/** In units of their own spread: bounds for logarithms of ratios are wrong for a history that hardly varies. */
function standardised(values: readonly number[]): number[] {
  const level = median(values);
  const squares = values.reduce((sum, value) => sum + (value - level) ** 2, 0);
  const spread = Math.sqrt(squares / Math.max(1, values.length));
  return values.map((value) => (spread < ROUNDING ? 0 : (value - level) / spread));
}

type Split = Pick<ChangePoint, 'at' | 'chance'>;

/** In the order of time. */
function divide(values: readonly number[], offset: number, random: Random): Split[] {
  if (values.length < 2 * SHORTEST) return [];
  const { at, gain } = bestSplit(clipped(values));
  const chance = chanceOf(gain, values, random);
  if (chance > LARGEST_CHANCE) return [];
  const before = divide(values.slice(0, at), offset, random);
  return [...before, { at: offset + at, chance }, ...divide(values.slice(at), offset + at, random)];
}

/** Measures each change between the segments beside it. */
function measured(values: readonly number[], splits: readonly Split[]): ChangePoint[] {
  return splits.map((split, at) => {
    const before = values.slice(splits[at - 1]?.at ?? 0, split.at);
    const after = values.slice(split.at, splits[at + 1]?.at ?? values.length);
    return { ...split, factor: Math.exp(median(after) - median(before)) };
  });
}

/** Joins the segments that are most alike until all differ enough. */
function withoutSmall(values: readonly number[], splits: readonly Split[]): ChangePoint[] {
  const changes = measured(values, splits);
  const size = (change: ChangePoint) => Math.abs(Math.log(change.factor));
  const [smallest] = [...changes].sort((a, b) => size(a) - size(b));
  if (smallest === undefined || size(smallest) >= SMALLEST) return changes;
  const larger = splits.filter(({ at }) => at !== smallest.at);
  return withoutSmall(values, larger);
}

/** Share of block-wise permutations of the values that split at least as well. */
function chanceOf(gain: number, values: readonly number[], random: Random): number {
  const block = blockLength(values);
  let asGood = 0;
  for (let run = 0; run < PERMUTATIONS; run += 1) {
    if (bestSplit(clipped(permuteBlocks(values, block, random))).gain >= gain) asGood += 1;
  }
  return (asGood + 1) / (PERMUTATIONS + 1);
}

/**
 * How many neighbours have to stay together (Carlstein 1986), from their correlation. A change of level must not
 * count as correlation, so that comes from differences: those of second neighbours spread (1 + r) times as far,
 * in variance, as those of neighbours.
 */
function blockLength(values: readonly number[]): number {
  const spreadOver = (lag: number) => trimmedSpread(differences(values, lag), 0) ** 2;
  const next = spreadOver(1);
  const correlation = next === 0 ? 0 : clamp(spreadOver(2) / next - 1, 0, 0.8);
  const length = ((2 * correlation) / (1 - correlation ** 2)) ** (2 / 3) * values.length ** (1 / 3);
  return Math.round(clamp(length, 1, values.length / 6));
}

function differences(values: readonly number[], lag: number): number[] {
  return values.slice(lag).map((value, at) => value - (values[at] ?? value));
}

function permuteBlocks(values: readonly number[], block: number, random: Random): number[] {
  // The first block is shorter by chance, so that no position is always a border.
  const blocks = [values.slice(0, 1 + Math.floor(random() * block))];
  for (let from = blocks[0]?.length ?? 0; from < values.length; from += block) {
    blocks.push(values.slice(from, from + block));
  }
  for (let last = blocks.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [blocks[last], blocks[other]] = [blocks[other] ?? [], blocks[last] ?? []];
  }
  return blocks.flat();
}

function clipped(values: readonly number[]): number[] {
  const level = median(values);
  // A real step of two levels spreads the values itself, so the bound has to be generous.
  const limit = 3 * Math.max(trimmedSpread(values, level), 0.01);
  return values.map((value) => clamp(value, level - limit, level + limit));
}

/** The split with the largest energy distance between its parts. O(n²) in time, O(n) in memory. */
function bestSplit(values: readonly number[]): { at: number; gain: number } {
  const count = values.length;
  let left = 0;
  let right = values.reduce((sum, value, at) => sum + distances(values, value, 0, at), 0);
  const total = right;
  let best = { at: SHORTEST, gain: Number.NEGATIVE_INFINITY };
  for (let at = 1; at <= count - SHORTEST; at += 1) {
    const moved = values[at - 1] ?? 0;
    left += distances(values, moved, 0, at - 1);
    right -= distances(values, moved, at, count);
    if (at < SHORTEST) continue;
    const [n, m] = [at, count - at];
    // Mean distances of all ordered pairs, as in the energy statistic.
    const between = (2 * (total - left - right)) / (n * m);
    const gain = ((n * m) / (n + m)) * (between - (2 * left) / (n * n) - (2 * right) / (m * m));
    if (gain > best.gain) best = { at, gain };
  }
  return best;
}

/** Sum of the distances of the values in [from, to) from one. */
function distances(values: readonly number[], one: number, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += Math.abs(one - (values[at] ?? 0));
  return sum;
}
