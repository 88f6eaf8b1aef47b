import { trimmedSpread } from '../../../src/analysis/detect/robust.ts';
import { FRESH, type Track, track } from '../../../src/analysis/detect/tracker.ts';
import { isFound, told } from './error-rates.ts';
import type { Series } from './real-series.ts';

/** Rounds before the first step that is put in. */
const FIRST = 20;
const FACTORS = [1.2, 1.5, 2.4];

/**
 * One real series: its noise, what was told of it as it is, and how many steps are found in three rounds that are put in
 * at every round from the 20th on, and of those at the changes of its environment.
 */
export function realRates({ seen }: Series) {
  const states: Track[] = [FRESH];
  for (const each of seen) states.push(track(states.at(-1) ?? FRESH, each));
  const values = seen.map(({ own }) => own);
  const steps = values.slice(1).map((value, at) => value - (values[at] ?? value));
  const rounds = Array.from({ length: Math.max(0, seen.length - 2 - FIRST) }, (_, at) => FIRST + at);
  const valid = rounds.filter((at) => states[at]?.now.raised === undefined);
  const isChange = (at: number) => seen[at]?.environment !== seen[at - 1]?.environment;
  return {
    rounds: seen.length,
    // Steps between neighbours spread √2 times as far as the results.
    noise: trimmedSpread(steps, 0) / Math.SQRT2,
    told: told(seen).map(({ round, kind }) => ({ kind, timeUs: seen[round]?.timeUs ?? 0 })),
    found: FACTORS.map((factor) => {
      const hits = valid.filter((at) => isFound(states[at] ?? FRESH, seen.slice(at), { factor }));
      return {
        all: hits.length / valid.length,
        atChanges: hits.filter(isChange).length,
        changes: valid.filter(isChange).length,
      };
    }),
  };
}

/** A row of the table. */
export function realRow(series: Series): string {
  const { rounds, noise, told: all, found } = realRates(series);
  const dates = all.map(
    ({ kind, timeUs }) => `${kind} ${new Date(timeUs / 1000).toISOString().slice(0, 10)}`,
  );
  const rates = found.map(
    ({ all: rate, atChanges, changes }) =>
      `${(100 * rate).toFixed(1)}${changes === 0 ? '' : ` (${atChanges} of ${changes})`}`,
  );
  const name = series.name.replace(/\s*\[.*$/, '').replace(/^.*\//, '');
  return `| ${name} | ${rounds} | ${(100 * noise).toFixed(1)} % | ${rates.join(' | ')} | ${dates.join(', ') || '–'} |`;
}
