import type { NatsConnection } from '@nats-io/transport-node';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { type Clock, systemClock } from '../../../src/clock.ts';
import type { LeaseOptions } from '../../../src/nats/lease.ts';
import { type LeaseBucket, openLeaseBucket } from '../../../src/nats/lease-bucket.ts';

export interface LeaseNode {
  readonly connection: NatsConnection;
  readonly bucket: LeaseBucket['bucket'];
  readonly options: LeaseOptions;
}

/** A real nats-server of one test, and nodes that want the same lease of it. */
export interface LeaseNodes extends AsyncDisposable {
  readonly nats: TestNats;
  node(name: string, options?: { clock?: Clock; ttlMs?: number }): Promise<LeaseNode>;
}

export async function startLeaseNodes(defaultTtlMs: number): Promise<LeaseNodes> {
  const nats = await startTestNats();
  const stop = new AbortController();
  return {
    nats,
    async node(name, { clock = systemClock, ttlMs = defaultTtlMs } = {}) {
      const connection = await nats.connect();
      const leases = await openLeaseBucket(connection, 'leases', ttlMs);
      return {
        connection,
        bucket: leases.bucket,
        options: { connection, leases, key: 'lab', holder: { name }, clock, signal: stop.signal },
      };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await nats.stop();
    },
  };
}
