import type { Clock } from '@nestwatch/common/clock';

/** Answers that take less leave nothing to gain: two batches keep such a server busy. */
const QUICK_US = 200_000;
/** Answers that take so long may be waited for by more batches than two. One that works at its limit answers sooner. */
const SLOW_US = 850_000;
/**
 * With twice the batches in flight, answers of a server that is at its limit take twice as long; of one that is only slow
 * to answer, as long as before. A rate would mislead: batches grow while a collector begins.
 */
const LONGER = 1.6;
/** What was of no use is not tried again before. */
const REST_US = 60_000_000;
/** This many batches are slow whatever the server does: code that runs for the first times is. */
const FIRST_BATCHES = 16;
/** It is judged after this many times the batches that are in flight at once. */
const TURNS = 2;

/** A batch that came to its end. */
interface Ended {
  /** Time from its start, µs. */
  readonly tookUs: number;
  /** More waited when it started. Otherwise the labs are slower than the server, and nothing can be learnt. */
  readonly isFull: boolean;
}

/**
 * How many batches may be in flight. A server that answers at once has its work with the least number. One that answers
 * late for other reasons than work, as InfluxDB 3 does, which flushes its log once a second, gets twice as many as long as
 * its answers take no longer for that; one that is at its limit does not.
 */
export function createBatchesAtOnce(least: number, most: number, clock: Pick<Clock, 'monoUs'>) {
  let now = least;
  /** What is being tried: how many there were before, and how long a batch took with them, µs. */
  let trial: { readonly before: number; readonly meanUs: number } | undefined;
  let restsUntilUs = Number.NEGATIVE_INFINITY;
  let seen = nothing(FIRST_BATCHES);

  /** @param passed this many batches that end are not counted, because they belong to what was before */
  function nothing(passed: number) {
    return { passed, ended: 0, tookUs: 0 };
  }

  function decide(meanUs: number): void {
    if (meanUs < QUICK_US) {
      [now, trial] = [least, undefined];
      return;
    }
    if (trial !== undefined && meanUs > trial.meanUs * LONGER) {
      now = trial.before;
      restsUntilUs = clock.monoUs() + REST_US;
    }
    trial = undefined;
    if (meanUs < SLOW_US || now * 2 > most || clock.monoUs() < restsUntilUs) return;
    trial = { before: now, meanUs };
    now *= 2;
  }

  return {
    get now(): number {
      return now;
    },
    ended({ tookUs, isFull }: Ended): void {
      if (!isFull) {
        seen = nothing(seen.passed);
        return;
      }
      if (seen.passed > 0) {
        seen.passed -= 1;
        return;
      }
      seen.ended += 1;
      seen.tookUs += tookUs;
      if (seen.ended < TURNS * now) return;
      const before = now;
      decide(seen.tookUs / seen.ended);
      seen = nothing(now === before ? 0 : before);
    },
  };
}
