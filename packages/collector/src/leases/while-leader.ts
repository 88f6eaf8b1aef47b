import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { waitForLease } from '@nestwatch/common/nats/lease';
import { BUCKETS } from '@nestwatch/proto';
import { ensureLeaseBucket } from '../ingest/provision.ts';

export interface LeaderOptions {
  connection: NatsConnection;
  /** What is done by one collector at a time, such as "watch". */
  duty: string;
  /** Names this collector to people. */
  collector: string;
  replicas: number;
  clock: Clock;
  log: Log;
  /** How long a collector that died keeps the duty, ms. Where the bucket exists, its own length holds. */
  leaseMs?: number;
}

/**
 * A collector that dies is replaced within the lease and the time until the next try, together below 15 s. All duties
 * share a bucket, whose age limit it is.
 */
export const COLLECTOR_LEASE_MS = 8000;

/**
 * Does a duty while this collector is the one that has it, again and again, until the signal is aborted.
 * @param duty ends when its signal is aborted: by then another collector may have begun. When it ends by itself or
 *   throws, the lease is given up and taken again.
 */
export async function whileLeader(
  options: LeaderOptions,
  signal: AbortSignal,
  duty: (leading: AbortSignal) => Promise<void>,
): Promise<void> {
  const { connection, collector, replicas, clock, log, leaseMs = COLLECTOR_LEASE_MS } = options;
  const backoff = createBackoff({ firstMs: 250, maxMs: 5000 });
  while (!signal.aborted) {
    try {
      const leases = await ensureLeaseBucket(connection, BUCKETS.collectorLeases, leaseMs, replicas);
      const wanted = { connection, leases, key: options.duty, holder: { name: collector }, clock, signal };
      const attempt = await waitForLease(wanted, signal);
      if (attempt.state === 'failed') throw new Error(attempt.reason);
      if (attempt.state === 'taken') continue;
      const { lease } = attempt;
      if (signal.aborted) {
        // Given up by one that ends, to one that ends as well.
        await lease.release();
        return;
      }
      log.info(`this collector has the ${options.duty}`, { collector });
      try {
        await duty(AbortSignal.any([signal, lease.lost]));
        backoff.reset();
      } finally {
        if (lease.lost.aborted) log.warn(`this collector lost the ${options.duty}`, { collector });
        await lease.release();
      }
    } catch (error) {
      if (signal.aborted) return;
      log.warn(`the ${options.duty} failed and is tried again`, { error: messageOf(error) });
    }
    await pause(backoff.next(), signal);
  }
}
