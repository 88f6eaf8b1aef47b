import { randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import type { Log } from '@nestwatch/common/log';
import { RENEW_SHARE } from '@nestwatch/common/nats/lease-renewing';
import { unlessAborted } from '@nestwatch/common/unless-aborted';
import type { TurnRequestShape } from '@nestwatch/proto';
import type { Claim, Coordinator, Turn, TurnEnd } from './coordinator.ts';
import { type GrantedTurn, type HeldTurnOptions, holdTurn } from './held-turn.ts';
import { msUntil, type SharedTime } from './shared-time.ts';
import {
  createTurnCollector,
  HELD,
  KEEP,
  REFUSED,
  RELEASE,
  TAKE,
  type TurnCollector,
  type TurnReply,
  WAIT,
} from './turn-collector.ts';

export interface TurnCoordinatorOptions {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when there is a connection, or with undefined when there will be none. */
  readonly connected: Promise<NatsConnection | undefined>;
  now(): SharedTime;
}

/** A collector holds a request back for five seconds. */
const TAKE_LIMIT_MS = 8000;
const WITHDRAW_LIMIT_MS = 3000;
/** Where nobody answers, or answers nonsense. */
const RETRY_MS = 1000;
const LEAST_AGAIN_MS = 20;
/** What a benchmark may take beside its own limit, such as to look at the machine before. */
const MARGIN_MS = 60_000;

type Attempt =
  | ({ readonly state: 'held' } & GrantedTurn)
  | { readonly state: 'missed'; readonly reason: string };

/** Has turns granted by the collector, which knows who else waits. */
export function createTurnCoordinator(options: TurnCoordinatorOptions): Coordinator {
  const { clock, connected, now, log } = options;
  const rate = () => Math.max(now().rate, 0.01);
  let collector: TurnCollector | undefined;

  return {
    async turn<T>(claim: Claim, signal: AbortSignal, use: (turn: Turn) => Promise<T>): Promise<TurnEnd<T>> {
      const patience = linkSignals([signal], msUntil(claim.untilMs, now()));
      const connection = await unlessAborted(connected, patience.signal);
      if (connection === undefined) {
        patience.release();
        return { state: 'missed', reason: missed('no connection to NATS') };
      }
      collector ??= createTurnCollector({ ...options, connection });
      const request = requestOf(options, claim, rate());
      const waiting = { collector, request, clock, rate, signal: patience.signal };
      const attempt = await waitForTurn(waiting).finally(patience.release);
      if (attempt.state === 'missed') {
        return signal.aborted
          ? { ...attempt, reason: missed(`stopped: ${messageOf(signal.reason)}`) }
          : attempt;
      }
      const { endsMs } = attempt.reply;
      if (endsMs < request.limitMs - MARGIN_MS) {
        log.warn(
          'a turn to benchmark ends before its own limit: see benchmarks.turn-limit of the collector',
          {
            ...{ benchmark: claim.benchmark, seconds: Math.round(endsMs / 1000) },
          },
        );
      }
      const held = holdTurn(attempt, { ...waiting, signal });
      try {
        const value = await use(held);
        return { state: 'held', value, kept: await held.release() };
      } catch (error) {
        await held.release();
        throw error;
      }
    },
  };
}

function requestOf({ name }: TurnCoordinatorOptions, { benchmark, round, limitMs }: Claim, rate: number) {
  const limit = Math.min(Math.round(limitMs * rate) + MARGIN_MS, 2 ** 31);
  return { claim: randomUUID(), name, benchmark, round, limitMs: limit } satisfies TurnRequestShape;
}

/** Asks until the turn is this node's, or the signal is aborted: as often as the collector wants. */
async function waitForTurn(waiting: HeldTurnOptions): Promise<Attempt> {
  const { collector, request, rate, signal } = waiting;
  do {
    const { reply, askedUs } = await askInTime(waiting, TAKE, TAKE_LIMIT_MS);
    if (reply?.state === HELD) return { state: 'held', reply, askedUs };
    if (reply?.state === REFUSED) return { state: 'missed', reason: missed(reply.reason) };
    if (signal.aborted) break;
    const againMs = reply?.state === WAIT ? Math.max(reply.againMs, LEAST_AGAIN_MS) : RETRY_MS;
    await pause(againMs / rate(), signal);
  } while (!signal.aborted);
  const never = new AbortController().signal;
  const last = await collector.ask({ ...request, want: RELEASE }, WITHDRAW_LIMIT_MS / rate(), never);
  return { state: 'missed', reason: missed(last === undefined ? collector.silence() : whoHadIt(last)) };
}

/** Asks for the turn. One that was granted long after it was asked for is kept at once, as it counts from then. */
async function askInTime(waiting: HeldTurnOptions, want: typeof TAKE | typeof KEEP, limitMs: number) {
  const { collector, request, clock, rate, signal } = waiting;
  const askedUs = clock.monoUs();
  const reply = await collector.ask({ ...request, want }, limitMs / rate(), signal);
  const tookMs = ((clock.monoUs() - askedUs) / 1000) * rate();
  const isLate = reply?.state === HELD && tookMs > reply.validMs * RENEW_SHARE;
  if (!isLate) return { reply, askedUs };
  const keptUs = clock.monoUs();
  const kept = await collector.ask({ ...request, want: KEEP }, limitMs / rate(), signal);
  return kept?.state === HELD ? { reply: kept, askedUs: keptUs } : { reply: undefined, askedUs };
}

const missed = (reason: string) => `no turn before the round ended: ${reason}`;

function whoHadIt({ holder, holderRound }: TurnReply): string {
  return holder === ''
    ? 'other nodes waited, too'
    : `${holder} had it, for ${holderRound || 'another round'}`;
}
