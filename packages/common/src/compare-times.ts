/** How much longer something takes than before. Ratios of times: 1 is as before, 2 is twice as slow. */
export interface Change {
  readonly ratio: number;
  /** 95 % confidence interval of the ratio. */
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

export type Verdict = 'slower' | 'same' | 'faster' | 'too little to tell';

/** Times scatter by at least this much from run to run, as a ratio, however alike a few of them are. */
const LEAST_SPREAD = 0.03;
/** Quantiles of Student's t distribution, 97.5 %, for 1 to 20 degrees of freedom (ISO 2602). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086,
];

/**
 * Compares two sets of times of the same work by Student's t test of their logarithms, since times scatter by ratios.
 * @param before times above 0, of any unit
 * @param after the same
 * @param worth the smallest ratio that is worth a word, above 1
 * @param likeness correlation of each time with the one before it, from 0 on: those that resemble each other count as fewer
 * @returns undefined where there are fewer than three times, or none on one side
 */
export function compareTimes(
  before: readonly number[],
  after: readonly number[],
  worth: number,
  likeness = 0,
): Change | undefined {
  const all = before.length + after.length;
  if (before.length === 0 || after.length === 0 || all < 3) return undefined;
  const share = (1 - likeness) / (1 + likeness);
  const freedom = Math.max(1, Math.round(all * share) - 2);
  const [was, is] = [before.map(Math.log), after.map(Math.log)];
  const spread = Math.max(Math.sqrt((squaresOf(was) + squaresOf(is)) / (all - 2)), LEAST_SPREAD);
  const change = meanOf(is) - meanOf(was);
  const reach = studentT(freedom) * spread * Math.sqrt((1 / before.length + 1 / after.length) / share);
  const [ratio, low, high] = [Math.exp(change), Math.exp(change - reach), Math.exp(change + reach)];
  return { ratio, low, high, verdict: verdictOf({ ratio, low, high }, worth) };
}

/** A verdict is given only where the whole interval bears it out. */
function verdictOf({ ratio, low, high }: Omit<Change, 'verdict'>, worth: number): Verdict {
  if (ratio > worth && low > 1) return 'slower';
  if (ratio < 1 / worth && high < 1) return 'faster';
  return low >= 1 / worth && high <= worth ? 'same' : 'too little to tell';
}

const meanOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Sum of the squared distances from the mean. */
function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
}

/** Beyond the table within 0.3 %. */
function studentT(freedom: number): number {
  return T_975[freedom - 1] ?? 1.96 + 2.4 / freedom;
}
