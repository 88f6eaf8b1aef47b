import { type Change, compareTimes } from '@nestwatch/common/compare-times';
import { lagOneCorrelation } from '../detect/robust.ts';

/** With fewer rounds on both sides together, the correlation of neighbours is unknown. */
const LEAST_FOR_LIKENESS = 16;

/**
 * Compares rounds, which on a host that drifts resemble their neighbours: an interval that took each for news would hold the
 * truth in 67 cases of 100 instead of 95.
 * @param before times above 0, in the order of the rounds
 * @param after the same
 */
export function compareRounds(
  before: readonly number[],
  after: readonly number[],
  worth: number,
): Change | undefined {
  return compareTimes(before, after, worth, likeness(before, after));
}

function likeness(before: readonly number[], after: readonly number[]): number {
  const rest = [before, after].flatMap(deviations);
  if (rest.length < LEAST_FOR_LIKENESS) return 0;
  const squares = rest.reduce((sum, each) => sum + each * each, 0);
  return lagOneCorrelation(rest, 0, Math.sqrt(squares / (rest.length - 2)));
}

/** Logarithms without their mean. */
function deviations(times: readonly number[]): number[] {
  const logs = times.map(Math.log);
  const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length;
  return logs.map((each) => each - mean);
}
