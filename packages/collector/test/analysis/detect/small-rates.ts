import { told, withStep } from '../../../src/analysis/detect/injected.ts';
import type { Observation } from '../../../src/analysis/detect/observation.ts';
import { type Case, percent, share } from './error-rates.ts';
import { simulate } from './simulation.ts';

const HISTORY = 90;

/**
 * Steps of 1.15 that are reported within ten rounds, of 1.1 within 25, by whatever rule; results that become three times as
 * noisy around the same middle and are called erratic within 30 rounds, and those of which "slower" is told.
 */
export function smallRow(label: string, of: Case, series: number): string {
  const seeds = Array.from({ length: series }, (_, at) => 4 + at * 49_979_687);
  const counts = { ten: 0, late: 0, erratic: 0, slower: 0 };
  for (const seed of seeds) {
    const rounds = simulate({ ...of, rounds: HISTORY + 30, seed });
    counts.ten += Number(kindsAfter(withStep(rounds.slice(0, HISTORY + 10), HISTORY, 1.15)).length > 0);
    counts.late += Number(kindsAfter(withStep(rounds.slice(0, HISTORY + 25), HISTORY, 1.1)).length > 0);
    const kinds = kindsAfter(scattered(rounds));
    counts.erratic += Number(kinds.includes('erratic'));
    counts.slower += Number(kinds.includes('step'));
  }
  return `| ${[label, ...Object.values(counts).map((hits) => percent(share(hits, series)))].join(' | ')} |`;
}

function kindsAfter(rounds: readonly Observation[]): string[] {
  return told(rounds)
    .filter(({ round }) => round >= HISTORY)
    .map(({ kind }) => kind);
}

function scattered(rounds: readonly Observation[]): Observation[] {
  return rounds.map((seen, at) =>
    at < HISTORY ? seen : { ...seen, own: 3 * seen.own, reference: 3 * seen.reference },
  );
}
