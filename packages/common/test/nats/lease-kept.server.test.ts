import { jetstreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { PATIENT } from '@nestwatch/testkit/patience';
import { useNats } from '@nestwatch/testkit/run/nats-of-run';
import { truncateBlocks } from '@nestwatch/testkit/truncate-blocks';
import { expect, test, vi } from 'vitest';
import { tryLease, waitForLease } from '../../src/nats/lease.ts';
import { openLeaseBucket } from '../../src/nats/lease-bucket.ts';
import { type LeaseNodes, startLeaseNodes } from './support/lease-nodes.ts';

// Only 2.9 acknowledges what it then cannot find; newer servers recover from such damage by themselves.
await useNats('2.9');

const TTL_MS = 10_000;
/** On a busy machine, too, the renewal is in time. */
const LONG_TTL_MS = 30_000;
/** The tests mostly wait, each on a server of its own, so they do it at once. */
const LIMIT_MS = 240_000;

/** Cuts the bucket's block shorter than the server's index says that it is. */
async function damage({ nats }: LeaseNodes, bucket: KV, ...connections: NatsConnection[]): Promise<void> {
  for (let at = 0; at < 40; at += 1) await bucket.put('lab', `a holder, renewed ${at} times`);
  await nats.stopServer();
  expect(truncateBlocks(nats.storeDir, () => 0.01, 'KV_leases')).toBe(1);
  await nats.start();
  for (const connection of connections) {
    const restored = async () =>
      (await jetstreamManager(connection, { timeout: 1000 })).streams.info('KV_leases');
    await vi.waitFor(restored, PATIENT);
  }
}

test.concurrent('nobody has a lease that a damaged bucket acknowledged and did not keep, and who waits is told', {
  timeout: LIMIT_MS,
}, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [first, second] = [await node('first'), await node('second')];
  await damage(lab, first.bucket, first.connection, second.connection);
  // As the server itself has it: one may create what another has created.
  expect(await first.bucket.create('probe', 'first')).toBeLessThan(
    await second.bucket.create('probe', 'second'),
  );

  const unkept = { state: 'failed', reason: 'NATS acknowledged the lease but did not store it' };
  expect(await tryLease(first.options)).toEqual(unkept);
  expect(await tryLease(second.options)).toEqual(unkept);
  expect(await waitForLease(first.options, new AbortController().signal)).toEqual(unkept);
});

test.concurrent('a lease counts as lost when a renewal is acknowledged and not kept', {
  timeout: LIMIT_MS,
}, async ({ expect }) => {
  await using lab = await startLeaseNodes(LONG_TTL_MS);
  const { node } = lab;
  const { bucket, options } = await node('first');
  // The server is asked for nothing, and the answer is what it would have said.
  const forgetful: KV = Object.assign(Object.create(bucket) as KV, {
    update: async (_key: string, _value: string, revision: number) => revision + 1,
  });
  const leases = { ...options.leases, bucket: forgetful };
  const attempt = await tryLease({ ...options, leases });
  if (attempt.state !== 'held') throw new Error(`not held: ${JSON.stringify(attempt)}`);
  await expect.poll(() => attempt.lease.lost.aborted, PATIENT).toBe(true);
  expect(String(attempt.lease.lost.reason)).toBe(
    'Error: lease lost: NATS acknowledged the renewal but did not store it',
  );
  expect(await attempt.lease.release()).toBe(false);
});

test.concurrent('who waits is told when the bucket is gone, and has the lease once it is there again', {
  timeout: LIMIT_MS,
}, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const { connection, options } = await node('first');
  await (await jetstreamManager(connection)).streams.delete('KV_leases');
  const forever = new AbortController().signal;
  expect(await waitForLease(options, forever)).toMatchObject({ state: 'failed' });
  const leases = await openLeaseBucket(connection, 'leases', TTL_MS);
  expect(await waitForLease({ ...options, leases }, forever)).toMatchObject({ state: 'held' });
});
