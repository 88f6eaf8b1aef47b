import { spreadOf } from '../figure.ts';
import type { NamedResult } from '../run-sections.ts';
import type { Baseline } from './baseline.ts';
import { formatValue } from './format.ts';

/** A change smaller than this is never called one, whatever the spreads say: few repetitions can agree by chance. */
const LEAST_CHANGE = 0.1;

/**
 * What got worse: figures whose whole spread lies beyond the whole spread of the baseline, on the worse side, and whose
 * median moved by more than a tenth. One line for each.
 */
export function check(baseline: Baseline, results: readonly NamedResult[]): string[] {
  const worse: string[] = [];
  for (const { id, unit, values } of results.flatMap(({ figures }) => figures)) {
    const was = baseline[id];
    if (was === undefined) continue;
    const is = spreadOf(values);
    const beyond =
      was.worse === 'higher'
        ? is.low > was.high && is.median > was.median * (1 + LEAST_CHANGE)
        : is.high < was.low && is.median < was.median * (1 - LEAST_CHANGE);
    if (!beyond) continue;
    const shown = (value: number) => formatValue(value, unit);
    worse.push(
      `${id} is ${shown(is.median)} (${shown(is.low)} to ${shown(is.high)}), ` +
        `was ${shown(was.median)} (${shown(was.low)} to ${shown(was.high)})`,
    );
  }
  return worse;
}
