import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../clock.ts';
import { linkSignals } from '../link-signals.ts';
import type { Log } from '../log.ts';
import { keepRunning } from '../retry.ts';
import { ensureLeaseBucket } from './ensure-bucket.ts';
import { waitForLease } from './lease.ts';

export interface LeaderOptions {
  connection: NatsConnection;
  /** Bucket of the leases of all duties; made where it is missing. */
  bucket: string;
  /** What is done by one collector at a time, such as "watch": the key of its lease. */
  duty: string;
  /** Names this collector to people. */
  collector: string;
  /** Copies of the bucket in a NATS cluster. */
  replicas: number;
  clock: Clock;
  log: Log;
}

/**
 * A collector that dies is replaced within the lease and the time until the next try, together below 15 s. All duties
 * share a bucket, whose age limit it is; where the bucket exists, its own length holds.
 */
export const LEADER_LEASE_MS = 8000;

/**
 * Does a duty while this collector is the one that has it, again and again, until the signal is aborted. Never rejects.
 * @param duty ends when `leading` is aborted: by then another collector may have begun. When it ends by itself or
 *   throws, the lease is given up and taken again. It calls `works` once it did what it is for: a failure after that is
 *   a new one, and is said.
 */
export async function whileLeader(
  options: LeaderOptions,
  signal: AbortSignal,
  duty: (leading: AbortSignal, works: () => void) => Promise<void>,
): Promise<void> {
  const { connection, bucket, collector, replicas, clock, log } = options;
  const session = async (works: () => void) => {
    const leases = await ensureLeaseBucket(connection, bucket, { ttlMs: LEADER_LEASE_MS, replicas });
    const wanted = { connection, leases, key: options.duty, holder: { name: collector }, clock, signal };
    const attempt = await waitForLease(wanted, signal);
    if (attempt.state === 'failed') throw new Error(attempt.reason);
    if (attempt.state === 'taken') return;
    const { lease } = attempt;
    const leading = linkSignals([signal, lease.lost]);
    try {
      // It may have been given up by one that ends, to one that ends as well.
      if (signal.aborted) return;
      log.info(`this collector has the ${options.duty}`, { collector });
      await duty(leading.signal, works);
    } finally {
      leading.release();
      if (lease.lost.aborted) log.warn(`this collector lost the ${options.duty}`, { collector });
      await lease.release();
    }
  };
  const failing = `the ${options.duty} failed, retrying`;
  await keepRunning(session, { log, signal, failing, eachReason: true, maxMs: 5000 });
}
