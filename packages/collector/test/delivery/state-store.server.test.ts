import { readFileSync } from 'node:fs';
import type { NatsConnection } from '@nats-io/transport-node';
import { silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type DeliveryState, emptyState } from '../../src/delivery/state.ts';
import { openDeliveryStateStore } from '../../src/delivery/state-store.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats?.stop());

async function openStore(answerMs?: number) {
  const connection = await nats.connect();
  const bucket = await ensureBucket(connection, BUCKETS.watermarks, { ttlMs: 3_600_000, replicas: 1 });
  const opened = await openDeliveryStateStore(connection, bucket, silentLog, answerMs);
  return { ...opened, connection, bucket };
}

/** As in /proc/PID/stat: T is stopped. */
function stateOf(pid = 0): string | undefined {
  return /^\d+ \(.*\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}

/** Changes by this many messages that came for the first time. */
const changes = (runId: string, from: number, to: number) => ({
  ...emptyState(runId),
  written: [[from, to]] as const,
  received: to - from + 1,
});

test('what several collectors merge at once adds up, each message once', async () => {
  const stores = await Promise.all([openStore(), openStore(), openStore()]);
  await Promise.all(
    stores.flatMap((each, at) =>
      Array.from({ length: 10 }, (_, step) => {
        const first = (step * stores.length + at) * 10 + 1;
        return each.merge('lab.shared.b', changes('b', first, first + 9));
      }),
    ),
  );
  const [state] = (await stores[0]?.runsOf('lab', 'shared')) ?? [];
  expect(await stores[1]?.merge('lab.shared.b', emptyState('b'))).toMatchObject({
    written: [[1, 300]],
    received: 300,
    duplicates: 0,
  });
  expect(state?.runId).toBe('b');
  for (const each of stores) each.close();
});

/** Stops the server until each of the connections has sent so much that it repeated itself. */
async function whileStopped(connections: readonly NatsConnection[], act: () => void): Promise<void> {
  const server = nats.processes.find('nats-server');
  server?.kill('SIGSTOP');
  try {
    // Until then it may still answer: on a busy machine the stop waits for its turn on a processor.
    await vi.waitFor(() => expect(stateOf(server?.pid)).toBe('T'), 30_000);
    const before = connections.map((each) => each.stats().outMsgs);
    act();
    const repeats = (each: NatsConnection, at: number) => each.stats().outMsgs >= (before[at] ?? 0) + 2;
    // The same is sent again: the server has both before it when it goes on.
    await vi.waitFor(() => expect(connections.every(repeats)).toBe(true), 30_000);
  } finally {
    server?.kill('SIGCONT');
  }
}

test('counts nothing twice when the answer is lost', async () => {
  const mine = await openStore(1000);
  await mine.merge('lab.slow.b', changes('b', 1, 10));
  let merging: Promise<DeliveryState> | undefined;
  await whileStopped([mine.connection], () => {
    merging = mine.merge('lab.slow.b', changes('b', 11, 20));
  });
  expect(await merging).toMatchObject({ written: [[1, 20]], received: 20, duplicates: 0 });
  mine.close();
});

test('counts nothing twice when others merge more before one looks what became of its own', async () => {
  const stores = await Promise.all([openStore(1000), openStore(1000), openStore(1000)]);
  await stores[0]?.merge('lab.slower.b', changes('b', 1, 10));
  const connections = stores.map(({ connection }) => connection);
  for (const { all } of stores) await vi.waitFor(() => expect(all().has('lab.slower.b')).toBe(true), 30_000);
  let merging: Promise<DeliveryState>[] = [];
  await whileStopped(connections, () => {
    merging = stores.map((each, at) => each.merge('lab.slower.b', changes('b', at * 10 + 11, at * 10 + 20)));
  });
  await Promise.all(merging);
  expect(await stores[0]?.merge('lab.slower.b', emptyState('b'))).toMatchObject({
    written: [[1, 40]],
    received: 40,
    duplicates: 0,
  });
  for (const each of stores) each.close();
});

test('a state that somebody deleted is begun anew', async () => {
  const mine = await openStore();
  await mine.merge('lab.gone.b', changes('b', 1, 10));
  await mine.bucket.delete('lab.gone.b');
  await vi.waitFor(() => expect(mine.all().has('lab.gone.b')).toBe(false), 30_000);
  expect(await mine.merge('lab.gone.b', changes('b', 11, 12))).toMatchObject({
    written: [[11, 12]],
    received: 2,
  });
  mine.close();
});
