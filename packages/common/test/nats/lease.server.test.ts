import { PATIENT } from '@nestwatch/testkit/patience';
import { test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import {
  type Lease,
  type LeaseAttempt,
  type LeaseOptions,
  tryLease,
  waitForLease,
} from '../../src/nats/lease.ts';
import { startLeaseNodes } from './support/lease-nodes.ts';

const TTL_MS = 3000;
/** Of leases that must not be lost because the machine stood still for some seconds. */
const LONG_TTL_MS = 10_000;
/** The tests mostly wait, each on a server of its own, so they do it at once. */
const LIMIT_MS = 240_000;

function leaseOf(attempt: LeaseAttempt): Lease {
  if (attempt.state !== 'held') throw new Error(`not held: ${JSON.stringify(attempt)}`);
  return attempt.lease;
}

const forever = new AbortController().signal;

/** Waits for it through failures, as whoever wants it does. */
async function hold(options: LeaseOptions): Promise<Lease> {
  for (;;) {
    const attempt = await waitForLease(options, forever);
    if (attempt.state !== 'failed') return leaseOf(attempt);
  }
}

test.concurrent('of many that want it at once, one has it at a time, each with a greater fence', {
  timeout: LIMIT_MS,
}, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const nodes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => node(name)));
  let holders = 0;
  let most = 0;
  const fences: number[] = [];
  await Promise.all(
    nodes.map(async ({ options, connection }) => {
      const lease = await hold(options);
      holders += 1;
      most = Math.max(most, holders);
      fences.push(lease.fence);
      await connection.flush();
      holders -= 1;
      expect(await lease.release()).toBe(true);
    }),
  );
  expect(most).toBe(1);
  expect(fences).toHaveLength(5);
  expect(fences).toEqual([...fences].sort((a, b) => a - b));
  expect(new Set(fences).size).toBe(5);
});

test.concurrent('says who has it', { timeout: LIMIT_MS }, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [first, second] = [await node('first'), await node('second')];
  const lease = leaseOf(await tryLease(first.options));
  expect(await tryLease(second.options)).toEqual({ state: 'taken', holder: { name: 'first' } });
  expect(await waitForLease(second.options, AbortSignal.abort())).toMatchObject({ state: 'taken' });
  await lease.release();
});

test.concurrent('a holder keeps it for longer than its length by renewing', { timeout: LIMIT_MS }, async ({
  expect,
}) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [first, second] = [
    await node('first', { ttlMs: LONG_TTL_MS }),
    await node('second', { ttlMs: LONG_TTL_MS }),
  ];
  const lease = leaseOf(await tryLease(first.options));
  const entry = async () => {
    const found = await second.bucket.get('lab');
    if (found === null) throw new Error('the lease is not in the bucket');
    return found;
  };
  const taken = await entry();
  const heldMs = async () => (await entry()).created.getTime() - taken.created.getTime();
  await expect.poll(heldMs, PATIENT).toBeGreaterThan(LONG_TTL_MS);
  expect((await entry()).string()).toBe(taken.string());
  expect(await tryLease(second.options)).toMatchObject({ state: 'taken' });
  expect(lease.lost.aborted).toBe(false);
  expect(await lease.release()).toBe(true);
});

test.concurrent('a crashed holder blocks for no longer than the expiry', { timeout: LIMIT_MS }, async ({
  expect,
}) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [first, second] = [await node('first'), await node('second')];
  const crash = new AbortController();
  const startedUs = systemClock.monoUs();
  leaseOf(await tryLease({ ...first.options, signal: crash.signal }));
  crash.abort();
  await first.connection.close();
  const lease = await hold(second.options);
  // It waits for at most the length of the lease and a quarter of it until its next attempt.
  expect((systemClock.monoUs() - startedUs) / 1000).toBeGreaterThan(TTL_MS * 0.5);
  await lease.release();
});

test.concurrent('a holder that slept through the expiry finds out, and the next one has a greater fence', {
  timeout: LIMIT_MS,
}, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  let asleep = false;
  const frozenUs = systemClock.monoUs();
  // What a paused guest sees: its clock stands still meanwhile, so its renewals come too late.
  const clock = { ...systemClock, monoUs: () => (asleep ? frozenUs : systemClock.monoUs()) };
  const [first, second] = [await node('first', { clock }), await node('second')];
  asleep = true;
  const lease = leaseOf(await tryLease({ ...first.options, rate: () => 0.01 }));
  const next = await hold(second.options);
  expect(next.fence).toBeGreaterThan(lease.fence);
  expect(await lease.release()).toBe(false);
  expect(await next.release()).toBe(true);
});

test.concurrent('survives a restart of NATS that is shorter than the lease', { timeout: LIMIT_MS }, async ({
  expect,
}) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [first, second] = [
    await node('first', { ttlMs: LONG_TTL_MS }),
    await node('second', { ttlMs: LONG_TTL_MS }),
  ];
  const lease = leaseOf(await tryLease(first.options));
  await lab.nats.stopServer();
  await lab.nats.start();
  const revision = async () => (await second.bucket.get('lab').catch(() => null))?.revision ?? 0;
  await expect.poll(revision, PATIENT).toBeGreaterThan(lease.fence);
  expect(await tryLease(second.options)).toEqual({ state: 'taken', holder: { name: 'first' } });
  expect(await lease.release()).toBe(true);
});

test.concurrent('counts as lost when NATS stays away, and is taken again when it is back', {
  timeout: LIMIT_MS,
}, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [first, second] = [await node('first'), await node('second')];
  const lease = leaseOf(await tryLease(first.options));
  await lab.nats.stopServer();
  await vi.waitFor(() => expect(lease.lost.aborted).toBe(true), PATIENT);
  expect(String(lease.lost.reason)).toMatch(/lease lost: it could not be renewed/);
  const waiting = hold(second.options);
  await lab.nats.start();
  const next = await waiting;
  expect(next.fence).toBeGreaterThan(lease.fence);
  await next.release();
});

test.concurrent('those who wait do not wake each other up', { timeout: LIMIT_MS }, async ({ expect }) => {
  await using lab = await startLeaseNodes(TTL_MS);
  const { node } = lab;
  const [holder, ...waiters] = await Promise.all(['a', 'b', 'c'].map((name) => node(name)));
  if (holder === undefined) throw new Error('no holder');
  const lease = leaseOf(await tryLease(holder.options));
  let tries = 0;
  holder.connection.subscribe('$KV.leases.lab', {
    callback: () => {
      tries += 1;
    },
  });
  await holder.connection.flush();
  const patience = new AbortController();
  const waiting = waiters.map((each) => waitForLease(each.options, patience.signal));
  // Long enough for the lease to be renewed, and for each of them to try a few times.
  await expect.poll(() => tries, PATIENT).toBeGreaterThan(6);
  const startMs = performance.now();
  const before = tries;
  await expect.poll(() => performance.now() - startMs, PATIENT).toBeGreaterThan(TTL_MS);
  // Three of them, each about every quarter of the lease: a dozen in its length, twice that at most; not thousands.
  expect(tries - before).toBeLessThan((60 * (performance.now() - startMs)) / TTL_MS);
  patience.abort();
  await Promise.all(waiting);
  await lease.release();
});
