import { isFound, type Step, told } from '../../../src/analysis/detect/injected.ts';
import type { Observation } from '../../../src/analysis/detect/observation.ts';
import { FRESH, track } from '../../../src/analysis/detect/tracker.ts';
import { type NoiseKind, simulate } from './simulation.ts';

/** A share with the interval in which it lies with 95 % confidence. */
export interface Share {
  hits: number;
  of: number;
  rate: number;
  low: number;
  high: number;
}

/** Wilson's interval for a share: right also near 0 and 1, where the usual one is not. */
export function share(hits: number, of: number): Share {
  const z = 1.96;
  const rate = hits / of;
  const middle = (rate + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  return { hits, of, rate, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** "98.3 (96.9 to 99.1)". */
export function percent({ rate, low, high }: Share): string {
  return `${(100 * rate).toFixed(1)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
}

export interface Case {
  kind: NoiseKind;
  noise: number;
  spikes?: number;
}

/** False alarms of all severities for each round, over whole lives of 120 unchanged rounds, the first ones included. */
export function falseAlarms(of: Case, series: number, seed = 1): Share {
  let alarms = 0;
  for (let at = 0; at < series; at += 1) {
    alarms += told(simulate({ ...of, rounds: 120, seed: seed + at * 7919 })).length;
  }
  return share(alarms, series * 120);
}

/** Steps found in the first three rounds after them. Series that were raised before the step are left out. */
export function found(of: Case, factor: number, history: number, series: number, seed = 2): Share {
  return foundOf(of, [{ factor }], history, series, seed)[0] as Share;
}

/** The same of several steps. */
export function foundOf(
  of: Case,
  steps: readonly Step[],
  history: number,
  series: number,
  seed = 2,
): Share[] {
  const hits = steps.map(() => 0);
  let valid = 0;
  const longest = Math.max(...steps.map(({ within = 3 }) => within));
  for (let at = 0; at < series; at += 1) {
    const rounds = simulate({ ...of, rounds: history + longest, seed: seed + at * 104_729 });
    const before = rounds.slice(0, history).reduce((state, seen) => track(state, seen), FRESH);
    if (before.now.raised !== undefined) continue;
    valid += 1;
    steps.forEach((step, index) => {
      if (isFound(before, rounds.slice(history), step)) hits[index] = (hits[index] ?? 0) + 1;
    });
  }
  return hits.map((each) => share(each, valid));
}

/** Rounds at which the stream became raised. */
export function raisedAt(series: readonly Observation[]): number[] {
  const raised: number[] = [];
  let state = FRESH;
  series.forEach((seen, round) => {
    const next = track(state, seen);
    if (state.now.raised === undefined && next.now.raised !== undefined) raised.push(round);
    state = next;
  });
  return raised;
}
