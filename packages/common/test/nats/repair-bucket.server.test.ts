import { jetstreamManager } from '@nats-io/jetstream';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { useNats } from '@nestwatch/testkit/run/nats-of-run';
import { truncateBlocks } from '@nestwatch/testkit/truncate-blocks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureBucket, ensureLeaseBucket } from '../../src/nats/ensure-bucket.ts';

// Only 2.9 acknowledges what it then cannot find; newer servers recover from such damage by themselves.
await useNats('2.9');

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
const SETTINGS = { ttlMs: 3_600_000, replicas: 1 };

let nats: TestNats;

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(() => nats.stop());

/** A bucket of which only the latest of many writes is left, its one block cut to a share of its length while NATS was down. */
async function damagedBucket(share: number) {
  const connection = await nats.connect();
  const bucket = await ensureBucket(connection, 'leases', SETTINGS);
  for (let at = 0; at < 40; at += 1) await bucket.put('watch', `a holder, renewed ${at} times`);
  await nats.stopServer();
  expect(truncateBlocks(nats.storeDir, () => share, 'KV_leases')).toBeGreaterThan(0);
  await nats.start();
  await vi.waitFor(() => jetstreamManager(connection, { timeout: 1000 }), PATIENT);
  const manager = await jetstreamManager(connection, { timeout: 30_000 });
  const numbers = async () => (await manager.streams.info('KV_leases')).state;
  return { connection, bucket, numbers };
}

for (const share of [0.01, 0.5, 0.9]) {
  test(`a bucket cut to ${share} of its length, which drops what is put into it, keeps it once collectors checked it`, async () => {
    const { connection, bucket, numbers } = await damagedBucket(share);
    const revision = await bucket.create('watch', 'dropped');
    expect(await bucket.get('watch')).toBeNull();

    const repaired = await ensureLeaseBucket(connection, 'leases', SETTINGS);
    const later = await repaired.bucket.create('watch', 'kept');
    expect((await repaired.bucket.get('watch'))?.string()).toBe('kept');
    // Later holders still have greater numbers, and nobody who follows the bucket has to start again.
    expect(later).toBeGreaterThan(revision);
    expect(await numbers()).toMatchObject({ messages: 1, num_subjects: 1 });
  });

  test(`so does one that nobody wrote into since, cut to ${share}`, async () => {
    const { connection } = await damagedBucket(share);
    const bucket = await ensureBucket(connection, 'leases', SETTINGS);
    const revision = await bucket.create('watch', 'kept');
    expect(await bucket.get('watch')).toMatchObject({ revision });
  });
}

test('many collectors that repair it at once do no harm to what is put into it meanwhile', async () => {
  const { bucket } = await damagedBucket(0.5);
  await bucket.create('watch', 'dropped');
  const collectors = await Promise.all([1, 2, 3, 4].map(() => nats.connect()));
  await Promise.all(
    collectors.map(async (connection, at) => {
      const own = await ensureBucket(connection, 'leases', SETTINGS);
      const revision = await own.put(`of-${at}`, 'kept');
      await ensureBucket(connection, 'leases', SETTINGS);
      expect(await own.get(`of-${at}`)).toMatchObject({ revision });
    }),
  );
});
