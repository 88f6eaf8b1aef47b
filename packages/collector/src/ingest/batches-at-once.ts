import type { Clock } from '@nestwatch/common/clock';

/** Answers that take less leave nothing to gain: two batches keep such a server busy. */
const QUICK_US = 200_000;
/** Answers that take so long may be waited for by more batches than two. One that works at its limit answers sooner. */
const SLOW_US = 700_000;
/** Twice the batches must bring so much more, or the server is at its limit, and not only slow to answer. */
const WORTHWHILE = 1.2;
/** What was of no use is not tried again before. */
const REST_US = 60_000_000;
/** It is judged after so many times the batches that are in flight at once. */
const TURNS = 2;

/** A batch that came to its end. */
interface Ended {
  readonly messages: number;
  /** Time from its start, µs. */
  readonly tookUs: number;
  /** More waited when it started. Otherwise the labs are slower than the server, and nothing can be learnt. */
  readonly isFull: boolean;
}

/**
 * How many batches may be in flight. A server that answers at once has its work with the least number. One that answers
 * late for other reasons than work, as InfluxDB 3 does, which flushes its log once a second, gets twice as many as long as
 * that makes it take more; one that is at its limit does not.
 */
export function createBatchesAtOnce(least: number, most: number, clock: Pick<Clock, 'monoUs'>) {
  let now = least;
  /** What is being tried: how many there were before, and messages per µs with them. */
  let trial: { readonly before: number; readonly rate: number } | undefined;
  let restsUntilUs = Number.NEGATIVE_INFINITY;
  let seen = nothing();

  function nothing() {
    return { sinceUs: clock.monoUs(), ended: 0, messages: 0, tookUs: 0 };
  }

  function decide(rate: number, meanUs: number): void {
    if (meanUs < QUICK_US) {
      [now, trial] = [least, undefined];
      return;
    }
    if (trial !== undefined && rate < trial.rate * WORTHWHILE) {
      now = trial.before;
      restsUntilUs = clock.monoUs() + REST_US;
    }
    trial = undefined;
    if (meanUs < SLOW_US || now * 2 > most || clock.monoUs() < restsUntilUs) return;
    trial = { before: now, rate };
    now *= 2;
  }

  return {
    get now(): number {
      return now;
    },
    ended({ messages, tookUs, isFull }: Ended): void {
      if (!isFull) {
        seen = nothing();
        return;
      }
      seen.ended += 1;
      seen.messages += messages;
      seen.tookUs += tookUs;
      if (seen.ended < TURNS * now) return;
      decide(seen.messages / (clock.monoUs() - seen.sinceUs), seen.tookUs / seen.ended);
      seen = nothing();
    },
  };
}
