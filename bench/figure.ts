/** What one section measured: repeated values of one thing, and the budget it has to keep, if there is one. */
export interface Figure {
  /** Stable id, such as "agent.cold-start"; baseline.json refers to it. */
  id: string;
  /** What was measured, in words for a reader of the table. */
  what: string;
  unit: 'ratio' | 'percent' | 'ms' | 'bytes' | 'count' | 'per second' | 'seconds';
  /** One value for each repetition. */
  values: readonly number[];
  budget?: Budget;
  /** True for a ratio of runs taken in turns, which can be compared with other machines and other days. */
  guarded?: boolean;
  /** Which way is worse, for guarded figures. */
  worse?: 'higher' | 'lower';
  note?: string;
}

export interface Budget {
  atMost?: number;
  atLeast?: number;
}

/** A comparison that could not be made here, and why. */
export interface Absent {
  id: string;
  what: string;
  reason: string;
}

export interface SectionResult {
  figures: Figure[];
  absent: Absent[];
}

export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** Middle value and extremes. @throws Error without values, which is a mistake in the program. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) throw new Error('a figure needs at least one value');
  return { median: quantile(sorted, 0.5), low, high };
}

/** Quantile of sorted values, interpolated between neighbours (R's type 7). NaN without values. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Whether the median keeps the budget; undefined when there is none. */
export function keepsBudget({ values, budget }: Figure): boolean | undefined {
  if (budget === undefined) return undefined;
  const { median } = spreadOf(values);
  return median <= (budget.atMost ?? Number.POSITIVE_INFINITY) && median >= (budget.atLeast ?? -Infinity);
}
