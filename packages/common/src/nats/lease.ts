import { randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../clock.ts';
import { createLatch } from '../latch.ts';
import { linkSignals } from '../link-signals.ts';
import type { LeaseBucket } from './lease-bucket.ts';
import { claimEntry, renewEntry } from './lease-claim.ts';
import { holderOf, removeEntry } from './lease-entry.ts';
import { keepRenewing, RENEW_SHARE } from './lease-renewing.ts';

/** A lease that is held: nobody else has it until it is released or lost. */
export interface Lease {
  /** Revision at which it was taken: greater for each later holder. */
  readonly fence: number;
  /** Aborted, with the reason, when it may have gone to somebody else. */
  readonly lost: AbortSignal;
  /**
   * Gives it up; safe to call when it is lost already.
   * @returns false when it turns out that it was not ours any more
   */
  release(): Promise<boolean>;
}

export interface LeaseOptions {
  readonly connection: NatsConnection;
  readonly leases: LeaseBucket;
  readonly key: string;
  /** Shown to those who wait. */
  readonly holder: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /**
   * Seconds of the server's clock in one second of ours, as guests may run slow: what expires after a minute there
   * may be six seconds here. 1 is normal.
   */
  rate?(): number;
  /** Ends the renewing. */
  readonly signal: AbortSignal;
}

export type LeaseAttempt =
  | { readonly state: 'held'; readonly lease: Lease }
  | { readonly state: 'taken'; readonly holder: Readonly<Record<string, string>> }
  /** NATS did not answer, refused, or did not keep what it acknowledged. */
  | { readonly state: 'failed'; readonly reason: string };

/** Failed attempts in a row before the waiting caller gets an error: the bucket may have to be made or repaired. */
const MOST_FAILURES = 2;

/**
 * Waits for a lease until it is free or `patience` is aborted. It is tried at least once.
 * @returns the lease, the last attempt, or the second in a row that failed: then open the bucket again before waiting on
 */
export async function waitForLease(options: LeaseOptions, patience: AbortSignal): Promise<LeaseAttempt> {
  const { connection, leases, key } = options;
  const released = createLatch();
  // A release is a message on the key's subject; an expiry is silent, so the lease is tried now and then as well. Tries
  // pass there too, even those that are refused: to be woken up by them would be to wake up oneself and all who wait.
  const removals = connection.subscribe(`$KV.${leases.name}.${key}`, {
    callback: (_, message) => {
      const operation = message.headers?.get('KV-Operation');
      if (operation === 'DEL' || operation === 'PURGE') released.wake();
    },
  });
  try {
    for (let failures = 0; ; ) {
      // A release from here on may come too late for this attempt.
      released.clear();
      const attempt = await tryLease(options);
      if (attempt.state === 'held' || patience.aborted) return attempt;
      failures = attempt.state === 'failed' ? failures + 1 : 0;
      if (failures === MOST_FAILURES) return attempt;
      const limitMs = (leases.ttlMs * RENEW_SHARE * (0.5 + Math.random())) / rateOf(options);
      await released.wait({ signal: patience, limitMs });
    }
  } finally {
    removals.unsubscribe();
  }
}

/** Takes a lease if it is free now. Never throws. */
export async function tryLease(options: LeaseOptions): Promise<LeaseAttempt> {
  const { leases, key, holder, clock, signal } = options;
  const value = JSON.stringify({ ...holder, claim: randomUUID() });
  const askedUs = clock.monoUs();
  const attempt = await claimEntry(leases.bucket, key, value, signal);
  if (attempt.state === 'held') return held(options, value, attempt.entry.revision, askedUs);
  return attempt.state === 'taken' ? { state: 'taken', holder: holderOf(attempt.entry) } : attempt;
}

function held(options: LeaseOptions, value: string, fence: number, takenUs: number): LeaseAttempt {
  const { leases, key, clock } = options;
  const lost = new AbortController();
  const over = new AbortController();
  const ends = linkSignals([options.signal, over.signal, lost.signal]);
  const own = { value, revision: fence };
  const renewing = keepRenewing({
    ttlMs: leases.ttlMs,
    clock,
    startedUs: takenUs,
    signal: ends.signal,
    rate: () => rateOf(options),
    async renew() {
      const found = await renewEntry(leases.bucket, key, own, ends.signal);
      // The next renewal stands on the revision of this one.
      if ('revision' in found) own.revision = found.revision;
      return found.state === 'renewed' ? { state: 'renewed' } : found;
    },
  }).then((reason) => {
    ends.release();
    if (reason !== undefined && !over.signal.aborted) lost.abort(new Error(reason));
  });
  return {
    state: 'held',
    lease: {
      fence,
      lost: lost.signal,
      async release() {
        over.abort();
        await renewing;
        if (lost.signal.aborted) return false;
        return removeEntry(leases.bucket, key, own);
      },
    },
  };
}

function rateOf({ rate }: LeaseOptions): number {
  return Math.max(rate?.() ?? 1, 0.01);
}
