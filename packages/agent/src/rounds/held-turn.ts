import type { Clock } from '@nestwatch/common/clock';
import { linkSignals } from '@nestwatch/common/link-signals';
import { keepRenewing, type RenewalAnswer } from '@nestwatch/common/nats/lease-renewing';
import type { TurnRequestShape } from '@nestwatch/proto';
import type { Turn } from './coordinator.ts';
import { HELD, KEEP, LOST, RELEASE, type TurnCollector, type TurnReply } from './turn-collector.ts';

/** A turn that a collector has granted. */
export interface GrantedTurn {
  readonly reply: TurnReply;
  /** When the reply was asked for, on the monotonic clock. */
  readonly askedUs: number;
}

export interface HeldTurnOptions {
  readonly collector: TurnCollector;
  readonly request: TurnRequestShape;
  readonly clock: Clock;
  /** Seconds of the collector's clock in one of ours. */
  rate(): number;
  /** Ends the keeping. */
  readonly signal: AbortSignal;
}

export interface HeldTurn extends Turn {
  /** Gives it up. False when it turns out that it was not this node's any more. */
  release(): Promise<boolean>;
}

const KEEP_LIMIT_MS = 2000;
const RELEASE_LIMIT_MS = 3000;
const MOST_RELEASES = 2;

/** Keeps a turn until it is released or lost: when no collector has kept it in time, its time is over, or somebody else has it. */
export function holdTurn({ reply, askedUs }: GrantedTurn, options: HeldTurnOptions): HeldTurn {
  const { collector, request, clock, rate, signal } = options;
  const lost = new AbortController();
  const over = new AbortController();
  const ends = linkSignals([signal, over.signal]);
  /** Whether the turn cannot be kept any longer, by anybody. */
  let isLast = reply.endsMs <= reply.validMs;
  const renew = async (): Promise<RenewalAnswer> => {
    const answer = await collector.ask({ ...request, want: KEEP }, KEEP_LIMIT_MS / rate(), ends.signal);
    if (answer?.state === LOST) return { state: 'gone', reason: answer.reason };
    if (answer?.state !== HELD) return { state: 'later' };
    isLast = answer.endsMs <= answer.validMs;
    return { state: 'renewed', ttlMs: answer.validMs };
  };
  const kept = keepRenewing({
    ttlMs: reply.validMs,
    clock,
    rate,
    startedUs: askedUs,
    signal: ends.signal,
    renew,
  }).then((reason) => {
    ends.release();
    if (reason !== undefined && !over.signal.aborted) lost.abort(new Error(isLast ? TIME_OVER : reason));
  });
  return {
    fence: reply.fence,
    lost: lost.signal,
    async release() {
      over.abort();
      await kept;
      const never = new AbortController().signal;
      for (let tries = 1; tries <= MOST_RELEASES; tries += 1) {
        const answer = await collector.ask({ ...request, want: RELEASE }, RELEASE_LIMIT_MS / rate(), never);
        // After a request whose answer was lost, that it is not ours says nothing.
        if (answer !== undefined) return !lost.signal.aborted && (answer.state !== LOST || tries > 1);
      }
      // It expires by itself, and until it counts as lost it was ours.
      return !lost.signal.aborted;
    },
  };
}

const TIME_OVER = 'lease lost: the turn reached its limit (benchmarks.turn-limit of the collector)';
