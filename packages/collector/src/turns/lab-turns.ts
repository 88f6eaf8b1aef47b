import { pause } from '@nestwatch/common/backoff';
import { createLatch } from '@nestwatch/common/latch';
import type { TurnReplyShape } from '@nestwatch/proto';
import { createLine } from './line.ts';
import { createHolder, type HolderOptions } from './turn-holder.ts';
import { LOST, RELEASE, RELEASED, TAKE, type TurnAsk, WAIT } from './turn-request.ts';

export interface LabTurnsOptions extends HolderOptions {
  /** Longest line of nodes that wait. */
  readonly mostWaiting: number;
  answer(reply: string, what: TurnReplyShape): void;
}

/** The turn of one lab, while somebody wants something of it. */
export interface LabTurns {
  ask(node: string, ask: TurnAsk, reply: string): void;
  /** Something may have changed in the bucket. */
  wake(): void;
  /**
   * Serves until nobody wants anything any more, or until the signal of the bucket is aborted, and calls `idle` then,
   * before anything else can be asked. Rejects when NATS does not answer.
   */
  run(idle: () => void): Promise<void>;
}

/** Longest time for which a request is held back, and its share of a turn's length. */
const HOLD_MS = 5000;
const HOLD_SHARE = 0.2;
/** How often it is looked whether the turn has become free, which an expiry does silently; and at most. */
const LOOK_MS = 1000;
const LEAST_LOOK_MS = 20;
/** A node whose request was answered keeps its place for so long. */
const GRACE_MS = 5000;
/** For how long those are sent away for whom there is no place. */
const FULL_MS = 10_000;

export function createLabTurns(options: LabTurnsOptions): LabTurns {
  const { mostWaiting, ttlMs, answer } = options;
  const { clock, signal } = options.turns;
  const holder = createHolder(options);
  const line = createLine({ most: mostWaiting, graceMs: GRACE_MS });
  /** What nodes want of the turn that they have, or think they have: the last request of each. */
  const wishes = new Map<string, { ask: TurnAsk; reply: string }>();
  const changed = createLatch();
  const nowMs = () => clock.monoUs() / 1000;
  const wait = (reply: string, againMs = 0) => answer(reply, { state: WAIT, againMs, ...holder.describe() });

  /** What a newer request takes the place of is answered, too: nats-server keeps what is not. */
  const giveWay = (before: string | undefined) => before !== undefined && wait(before);

  function join(node: string, ask: TurnAsk, reply: string): void {
    const before = line.replyOf(node);
    if (line.join({ node, ask, reply, askedMs: nowMs() })) giveWay(before);
    else wait(reply, FULL_MS);
  }

  function leave(node: string, claim: string): boolean {
    const before = line.replyOf(node);
    const waited = line.leave(node, claim);
    if (waited) giveWay(before);
    return waited;
  }

  function wish(node: string, ask: TurnAsk, reply: string): void {
    const before = wishes.get(node)?.reply;
    wishes.set(node, { ask, reply });
    giveWay(before);
  }

  async function serve(node: string, ask: TurnAsk, reply: string): Promise<void> {
    const whoHasIt = holder.describe();
    if (holder.has(node, ask)) {
      if (ask.want !== RELEASE) return answer(reply, await holder.keep());
      const kept = await holder.release();
      return answer(reply, { state: kept ? RELEASED : LOST, reason: 'it was over' });
    }
    if (ask.want === TAKE) return join(node, ask, reply);
    const waited = ask.want === RELEASE && leave(node, ask.claim);
    const reason = holder.isFree() ? 'it was over' : `it went to ${whoHasIt.holder}`;
    answer(reply, { state: waited ? RELEASED : LOST, reason, ...whoHasIt });
  }

  async function grantNext(): Promise<void> {
    const next = line.next(nowMs(), holder.last());
    if (next === undefined) return;
    const { claim } = next.ask;
    const held = await holder.grant(next.node, next.ask);
    if (held === undefined) return;
    // It may have asked again meanwhile, or wait no longer.
    const granted = line.take((node, ask) => node === next.node && ask.claim === claim);
    if (granted === undefined) await holder.release();
    else answer(granted.reply, held);
  }

  async function look(): Promise<void> {
    await holder.look();
    await holder.endOverdue(line.size > 0);
    // One that waits may have what it waits for: another collector granted it, and could not say so.
    const served = line.take((node, ask) => holder.has(node, ask));
    if (served !== undefined) wish(served.node, served.ask, served.reply);
    for (const [node, { ask, reply }] of wishes) {
      wishes.delete(node);
      await serve(node, ask, reply);
    }
    if (holder.isFree() && !signal.aborted) await grantNext();
    const holdMs = Math.min(HOLD_MS, (await ttlMs()) * HOLD_SHARE);
    for (const { reply } of line.takeOverdue(nowMs(), holdMs)) wait(reply);
  }

  return {
    ask(node, ask, reply) {
      if (ask.want === TAKE && !holder.has(node, ask)) {
        join(node, ask, reply);
        if (holder.isFree()) changed.wake();
      } else if (wishes.has(node) || wishes.size < mostWaiting) {
        wish(node, ask, reply);
        changed.wake();
      } else wait(reply, FULL_MS);
    },
    wake: () => changed.wake(),
    async run(idle) {
      while (!signal.aborted) {
        await look();
        if (line.size === 0 && wishes.size === 0) break;
        await changed.wait({ signal, limitMs: Math.min(LOOK_MS, (await ttlMs()) * HOLD_SHARE) });
        await pause(LEAST_LOOK_MS, signal);
      }
      idle();
      for (const { reply } of [...line.takeOverdue(nowMs(), 0), ...wishes.values()]) wait(reply);
    },
  };
}
