import { waitedForCpuMs } from '@nestwatch/deploy/lab/cascade/run-queue';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { truncateBlocks } from '@nestwatch/testkit/truncate-blocks';
import { test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { silentLog } from '../../src/log.ts';
import { openLeaseBucket } from '../../src/nats/lease-bucket.ts';
import { LEADER_LEASE_MS, whileLeader } from '../../src/nats/while-leader.ts';

const BUCKET = 'collector_leases';

/** A collector that notes when it has the duty. */
async function collector(nats: TestNats, name: string, leading: Set<string>, most: { count: number }) {
  const connection = await nats.connect();
  const stop = new AbortController();
  const done = whileLeader(
    {
      connection,
      bucket: BUCKET,
      duty: 'watch',
      collector: name,
      replicas: 1,
      clock: systemClock,
      log: silentLog,
    },
    stop.signal,
    async (signal) => {
      leading.add(name);
      most.count = Math.max(most.count, leading.size);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      leading.delete(name);
    },
  );
  return { connection, stop, done };
}

test.concurrent('one of several has the duty; it passes on when that one stops, and within 15 s when it dies', async ({
  expect,
}) => {
  await using nats = await startTestNats();
  const leading = new Set<string>();
  const most = { count: 0 };
  const names = ['a', 'b', 'c'];
  const all = new Map(
    await Promise.all(names.map(async (name) => [name, await collector(nats, name, leading, most)] as const)),
  );
  const leader = async () => {
    await expect.poll(() => leading.size, PATIENT).toBe(1);
    return [...leading][0] ?? '';
  };

  const first = await leader();
  all.get(first)?.stop.abort();
  await all.get(first)?.done;
  await expect.poll(() => leading.size === 1 && !leading.has(first), PATIENT).toBe(true);

  // Cut off without a word, as kill -9 and a lost network do it: nothing is released.
  const second = await leader();
  const diedAt = Date.now();
  const waitedBeforeMs = waitedForCpuMs(process.pid);
  await all.get(second)?.connection.close();
  await expect.poll(() => [...leading].some((name) => name !== second), PATIENT).toBe(true);
  // What a busy machine kept from this process is not theirs to answer for.
  const waitedMs = waitedForCpuMs(process.pid) - waitedBeforeMs;
  expect(Date.now() - diedAt).toBeLessThan(15_000 + waitedMs);
  // The one that was cut off had given up by itself before the other began.
  expect(most.count).toBe(1);

  for (const each of all.values()) each.stop.abort();
}, 480_000);

test.concurrent('after the bucket of leases was damaged, one of them has the duty again and keeps it', async ({
  expect,
}) => {
  await using nats = await startTestNats();
  const leading = new Set<string>();
  const all = [
    await collector(nats, 'one', leading, { count: 0 }),
    await collector(nats, 'two', leading, { count: 0 }),
  ] as const;
  await expect.poll(() => leading.size, PATIENT).toBe(1);
  const connection = await nats.connect();
  const { bucket } = await openLeaseBucket(connection, BUCKET, LEADER_LEASE_MS);
  for (let at = 0; at < 40; at += 1) await bucket.put('another-duty', `renewed ${at} times`);
  await nats.stopServer();
  expect(truncateBlocks(nats.storeDir, () => 0.01, `KV_${BUCKET}`)).toBe(1);
  await nats.start();

  // The same claim, found again after each of this many renewals.
  const renewals = new Map<string, Set<number>>();
  await expect
    .poll(async () => {
      const entry = await bucket.get('watch').catch(() => null);
      if (entry?.operation !== 'PUT') return 0;
      const seen = renewals.get(entry.string()) ?? new Set();
      renewals.set(entry.string(), seen.add(entry.revision));
      return seen.size;
    }, PATIENT)
    .toBeGreaterThan(5);
  await expect.poll(() => leading.size, PATIENT).toBe(1);
  for (const each of all) each.stop.abort();
  await Promise.all(all.map(({ done }) => done));
}, 240_000);
