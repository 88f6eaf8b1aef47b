import { randomUUID } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import { claimEntry, renewEntry } from '@nestwatch/common/nats/lease-claim';
import { isWrongRevision, readEntry, removeEntry } from '@nestwatch/common/nats/lease-entry';
import { parseTurnEntry, passingOnValue, type TurnEntry, turnValue } from './turn-entry.ts';
import type { TurnAsk } from './turn-request.ts';

/** The turns of all labs, each under its lab's name. What is written is written only over what was read before. */
export interface TurnBucket {
  readonly bucket: KV;
  readonly clock: Clock;
  /** Longest turn, ms. */
  readonly turnLimitMs: number;
  readonly signal: AbortSignal;
}

/** Asked again when it is older: another collector may have set another length. */
const TTL_KNOWN_MS = 2000;

/** How long an entry lives unless it is renewed, ms, as the server has it now. */
export function createTtlReader({ bucket, clock }: TurnBucket): () => Promise<number> {
  let known = { ttlMs: 0, atUs: Number.NEGATIVE_INFINITY };
  return async () => {
    const nowUs = clock.monoUs();
    if (nowUs - known.atUs > TTL_KNOWN_MS * 1000) known = { ttlMs: (await bucket.status()).ttl, atUs: nowUs };
    return known.ttlMs;
  };
}

/** @throws when NATS does not answer */
export async function readTurn({ bucket }: TurnBucket, lab: string): Promise<TurnEntry | undefined> {
  const found = await readEntry(bucket, lab);
  return found === undefined ? undefined : parseTurnEntry(found);
}

/**
 * Gives a node its lab's turn, if it is free.
 * @returns who has it then
 * @throws when NATS does not answer, or does not keep what it acknowledged
 */
export async function grantTurn(
  turns: TurnBucket,
  lab: string,
  node: string,
  ask: TurnAsk,
): Promise<TurnEntry> {
  const { bucket, clock, turnLimitMs, signal } = turns;
  const limitMs = Math.min(ask.limitMs || turnLimitMs, turnLimitMs);
  const untilMs = Math.round(clock.wallUs() / 1000 + limitMs);
  const attempt = await claimEntry(bucket, lab, turnValue(node, ask, untilMs), signal);
  if (attempt.state === 'failed') throw new Error(attempt.reason);
  return parseTurnEntry(attempt.entry);
}

/**
 * Keeps a turn for another length.
 * @returns the entry as it stands then, or why it is gone
 * @throws when NATS does not answer
 */
export async function renewTurn(
  turns: TurnBucket,
  lab: string,
  turn: TurnEntry,
): Promise<TurnEntry | string> {
  const found = await renewEntry(turns.bucket, lab, turn, turns.signal);
  if (found.state === 'gone') return found.reason;
  if (found.state === 'renewed') return { ...turn, revision: found.revision };
  throw new Error('NATS did not confirm that a turn is stored');
}

/** Ends a turn. False when it was somebody else's already. */
export function endTurn({ bucket }: TurnBucket, lab: string, turn: TurnEntry): Promise<boolean> {
  return removeEntry(bucket, lab, turn);
}

/**
 * Takes the turn from an agent that renews it by itself, as those of 0.1.0 do: until the entry that is put in its place
 * expires nobody has it, and the agent finds out.
 */
export async function takeAway({ bucket }: TurnBucket, lab: string, turn: TurnEntry): Promise<void> {
  try {
    await bucket.update(lab, passingOnValue(randomUUID()), turn.revision);
  } catch (error) {
    // It renewed it meanwhile: the next look tries again.
    if (!isWrongRevision(error)) throw error;
  }
}
