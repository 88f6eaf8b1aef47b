import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { afterEach, beforeEach, vi } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { openLeaseBucket } from '../../../src/nats/lease-bucket.ts';

/** For conditions that a busy machine may take long to reach. */
export const PATIENT = { timeout: 60_000, interval: 20 };

/** For each test a real nats-server of its own, and nodes that want the same lease of it. */
export function leaseNodes(defaultTtlMs: number) {
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
  let running: TestNats | undefined;
  let stop = new AbortController();
  beforeEach(async () => {
    running = await startTestNats();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running?.stop();
  });
  return {
    nats(): TestNats {
      if (running === undefined) throw new Error('nats-server runs only while there are tests');
      return running;
    },
    async node(name: string, options: { clock?: Clock; ttlMs?: number } = {}) {
      const { clock = systemClock, ttlMs = defaultTtlMs } = options;
      const connection = await this.nats().connect();
      const leases = await openLeaseBucket(connection, 'leases', ttlMs);
      return {
        connection,
        bucket: leases.bucket,
        options: { connection, leases, key: 'lab', holder: { name }, clock, signal: stop.signal },
      };
    },
  };
}
