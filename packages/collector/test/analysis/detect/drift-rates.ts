import { median } from '@nestwatch/common/statistics';
import { DRIFT, type LongView, NO_VIEW } from '../../../src/analysis/detect/drift.ts';
import { type Observation, ratio } from '../../../src/analysis/detect/observation.ts';
import { freshWith, track } from '../../../src/analysis/detect/tracker.ts';
import { type Case, percent, share } from './error-rates.ts';
import { simulate } from './simulation.ts';

/** Rounds that a collector reads by default: 30 days of four a day. What is older it has as medians. */
const HISTORY = 120;
const BEFORE = 300;
const AFTER = 60;
const FACTOR = 1.5;

/**
 * Series that become 1.5 times slower over 100 and over 400 rounds and are reported, by the results alone that are read and
 * with the long view before them; and series of 460 rounds that stay as they are and are reported.
 */
export function driftRow(label: string, of: Case, series: number): string {
  const counts = [
    { over: 100, long: false },
    { over: 100, long: true },
    { over: 400, long: false },
    { over: 400, long: true },
    { over: undefined, long: false },
    { over: undefined, long: true },
  ].map(({ over, long }) => {
    const seeds = Array.from({ length: series }, (_, at) => 5 + at * 32_452_843);
    const hits = seeds.filter((seed) => isTold(drifting(of, over, seed), long));
    return percent(share(hits.length, series));
  });
  return `| ${[label, ...counts].join(' | ')} |`;
}

function drifting(of: Case, over: number | undefined, seed: number): Observation[] {
  const rounds = BEFORE + (over ?? 100) + AFTER;
  const slope = over === undefined ? 0 : Math.log(FACTOR) / over;
  return simulate({ ...of, rounds, seed }).map((seen, at) => ({
    ...seen,
    own: seen.own + slope * Math.min(over ?? 0, Math.max(0, at - BEFORE)),
  }));
}

/** Whether anything is reported at any twentieth round from where a drift may begin. */
function isTold(rounds: readonly Observation[], long: boolean): boolean {
  for (let to = BEFORE + DRIFT.rounds; to <= rounds.length; to += DRIFT.rounds) {
    const older = rounds.slice(0, to - HISTORY);
    const fresh = freshWith(long ? viewOf(older) : NO_VIEW, 'same');
    const { now } = rounds.slice(to - HISTORY, to).reduce((state, seen) => track(state, seen), fresh);
    if (now.raised !== undefined || (now.notices.notice ?? { kind: 'erratic' }).kind !== 'erratic')
      return true;
  }
  return false;
}

function viewOf(older: readonly Observation[]): LongView {
  const middles: number[] = [];
  for (let from = 0; from + DRIFT.rounds <= older.length; from += DRIFT.rounds)
    middles.push(median(older.slice(from, from + DRIFT.rounds).map(ratio)));
  return { middles: middles.slice(-DRIFT.blocks), rest: [] };
}
