import { basename } from 'node:path';
import { seeded } from '@nestwatch/testkit/random';
import { changePoints } from '../../../src/analysis/detect/change-points.ts';
import { told } from '../../../src/analysis/detect/injected.ts';
import { percent, share } from './error-rates.ts';
import type { Series } from './real-series.ts';
import { type NoiseKind, simulate } from './simulation.ts';

const SERIES = 300;

/** Unchanged series that are divided at all; of the longest also how many for a change that is listed. */
export function dividedRow(kind: NoiseKind): string {
  const rates = [20, 50, 100].map((rounds) => {
    const counts = countDivided(
      Array.from({ length: SERIES }, (_, seed) =>
        simulate({ kind, noise: 0.05, rounds, seed }).map(({ own, reference }) => own - reference),
      ),
    );
    return { found: share(counts.found, SERIES), listed: share(counts.listed, SERIES) };
  });
  const listed = rates.slice(-1).map((each) => percent(each.listed));
  return `| ${[kind, ...rates.map(({ found }) => percent(found)), ...listed].join(' | ')} |`;
}

/** Rounds of a stretch of a real series, and from the beginning of one to that of the next. */
const STRETCH = 100;
const APART = 20;

/**
 * The same of what is quiet in real series: stretches of 100 rounds of which nothing is told, of whatever severity, and
 * in whose 20 rounds before and after neither.
 */
export function dividedRealRow(file: string, series: readonly Series[]): string {
  const stretches = series.flatMap(quietStretches);
  const { found, listed } = countDivided(stretches);
  const shares = [found, listed].map(
    (count) => `${((100 * count) / stretches.length).toFixed(1)} (${count})`,
  );
  return `| ${[basename(file), series.length, stretches.length, ...shares].join(' | ')} |`;
}

export function quietStretches({ seen }: Series): number[][] {
  const alarms = told(seen).map(({ round }) => round);
  const values = seen.map(({ own }) => own);
  const starts = Array.from(
    { length: Math.max(0, Math.floor((values.length - STRETCH) / APART) + 1) },
    (_, at) => at * APART,
  );
  return starts
    .filter((from) => !alarms.some((round) => round >= from - APART && round < from + STRETCH + APART))
    .map((from) => values.slice(from, from + STRETCH));
}

function countDivided(all: readonly (readonly number[])[]): { found: number; listed: number } {
  const divided = all.map((values, seed) => changePoints(values, seeded(seed)));
  return {
    found: divided.filter(({ found }) => found.length > 0).length,
    listed: divided.filter(({ listed }) => listed.length > 0).length,
  };
}
