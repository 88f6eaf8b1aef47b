import { FRESH, track } from '../../../src/analysis/detect/tracker.ts';
import { type Case, percent, share } from './error-rates.ts';
import { simulate } from './simulation.ts';

const ROUNDS = 160;
/** Alarms of later rounds may not have had the time to end. */
const LAST = 120;
/** As the report counts alarms that went by. */
const SHORT = 10;

/** How long false alarms last: how many there were, those over within ten rounds, and the longest of those that ended. */
export function lastingRow(cases: readonly Case[], series: number): string {
  const lengths = cases.flatMap((of) =>
    Array.from({ length: series }, (_, at) => lengthsIn(of, 77 + at * 7919)).flat(),
  );
  const short = lengths.filter((length) => length <= SHORT).length;
  const longest = Math.max(...lengths.filter(Number.isFinite));
  return `| ${[lengths.length, percent(share(short, lengths.length)), longest].join(' | ')} |`;
}

/** Rounds from each alarm in an unchanged series to its end; infinite for one that goes on. */
function lengthsIn(of: Case, seed: number): number[] {
  const lengths: number[] = [];
  let state = FRESH;
  let alarm = { kind: '', since: 0 };
  simulate({ ...of, rounds: ROUNDS, seed }).forEach((seen, at) => {
    state = track(state, seen);
    const kind = state.now.raised === undefined ? (state.now.notices.notice?.kind ?? '') : 'step';
    if (kind === alarm.kind) return;
    if (alarm.kind !== '' && alarm.since < LAST) lengths.push(at - alarm.since);
    alarm = { kind, since: at };
  });
  return alarm.kind !== '' && alarm.since < LAST ? [...lengths, Number.POSITIVE_INFINITY] : lengths;
}
