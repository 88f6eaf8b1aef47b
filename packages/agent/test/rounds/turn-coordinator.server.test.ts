import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pause } from '@nestwatch/common/backoff';
import { systemClock } from '@nestwatch/common/clock';
import { createLog, type Log, silentLog } from '@nestwatch/common/log';
import { tryLease, waitForLease } from '@nestwatch/common/nats/lease';
import { openLeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { BUCKETS, inboxPrefix, subjects, v1 } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test, vi } from 'vitest';
import type { Turn, TurnEnd } from '../../src/rounds/coordinator.ts';
import { TAKE } from '../../src/rounds/turn-collector.ts';
import { createTurnCoordinator } from '../../src/rounds/turn-coordinator.ts';
import { startGranting, startGrantingNats, untilGranted } from './support/granting-nats.ts';

// Each test has a server of its own and mostly waits, so they do it at once.
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 });
const never = new AbortController().signal;
setMaxListeners(0, never);

/** Nodes that take turns, and how many had it at once. */
function createNodes(nats: TestNats) {
  const holding = new Set<string>();
  const seen = { most: 0, order: [] as string[], fences: [] as number[] };
  return {
    ...{ holding, seen },
    async node(id: string, log: Log = silentLog) {
      const connection = await nats.connect({ inboxPrefix: inboxPrefix('test', id) });
      const coordinator = createTurnCoordinator({
        ...{ lab: 'test', node: id, name: id, clock: systemClock, log },
        connected: Promise.resolve(connection),
        now: () => ({ ms: Date.now(), rate: 1 }),
      });
      return {
        connection,
        /** Takes a turn, and works until told or until it is lost. */
        turn: (
          work: (turn: Turn) => Promise<unknown>,
          { windowMs = 120_000, limitMs = 60_000, signal = never } = {},
        ): Promise<TurnEnd<unknown>> =>
          coordinator.turn(
            { benchmark: 'cpu.sha256', round: 'a round', untilMs: Date.now() + windowMs, limitMs },
            signal,
            async (turn) => {
              holding.add(id);
              seen.most = Math.max(seen.most, holding.size);
              seen.order.push(id);
              seen.fences.push(turn.fence ?? 0);
              try {
                return await work(turn);
              } finally {
                holding.delete(id);
              }
            },
          ),
      };
    },
  };
}

/** Counts how often each node of the lab has asked for a turn. */
async function countAsked(nats: TestNats) {
  const asked = new Map<string, number>();
  const connection = await nats.connect();
  connection.subscribe(subjects.turn('test', '*'), {
    callback: (_, { subject, data }) => {
      const node = subject.split('.')[2] ?? '';
      if (v1.TurnRequest.decode(data).want === TAKE) asked.set(node, (asked.get(node) ?? 0) + 1);
    },
  });
  await connection.flush();
  return asked;
}

const untilLost = (turn: Turn) =>
  vi.waitFor(() => {
    expect(turn.lost.aborted).toBe(true);
    return String(turn.lost.reason);
  }, PATIENT);

test.concurrent('of many nodes and three collectors, one node has the turn at a time, each later one a greater fence', async ({
  expect,
}) => {
  await using nats = await startTestNats();
  const collectors = await Promise.all([1, 2, 3].map(() => startGranting(nats)));
  const { node, seen } = createNodes(nats);
  const nodes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => node(id)));
  const ends = await Promise.all(
    nodes.map(async ({ turn }) => [await turn(() => sleep(20)), await turn(() => sleep(20))]),
  );
  expect(ends.flat().map((each) => each.state === 'held' && each.kept)).toEqual(Array(10).fill(true));
  expect(seen.most).toBe(1);
  expect(seen.fences).toEqual([...seen.fences].sort((a, b) => a - b));
  expect(new Set(seen.fences).size).toBe(10);
  await Promise.all(collectors.map((each) => each.stop()));
});

test.concurrent('a turn outlives the collector that granted it: stopped or killed, and nobody else has it meanwhile', async ({
  expect,
}) => {
  await using nats = await startTestNats();
  const first = await startGranting(nats);
  await untilGranted(nats);
  const second = await startGranting(nats);
  const { node, seen, holding } = createNodes(nats);
  const [a, b] = [await node('a'), await node('b')];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const held = a.turn((turn) => Promise.race([finished, untilLost(turn)]));
  await vi.waitFor(() => expect([...holding]).toEqual(['a']), PATIENT);
  const waiting = b.turn(() => sleep(10));
  await first.die();
  await untilGranted(nats);
  const third = await startGranting(nats);
  await second.stop();
  await untilGranted(nats);
  expect([...holding]).toEqual(['a']);
  finish();
  expect(await held).toEqual({ state: 'held', value: undefined, kept: true });
  expect(await waiting).toMatchObject({ state: 'held', kept: true });
  expect(seen).toMatchObject({ most: 1, order: ['a', 'b'] });
  await third.stop();
});

test.concurrent('a node that keeps its turn for ever loses it, and others come first', async ({ expect }) => {
  // Time for all to stand in line before it is over, also on a busy machine.
  await using nats = await startGrantingNats({ 'benchmarks.turn-limit': '10s' });
  const { node, seen } = createNodes(nats);
  const asked = await countAsked(nats);
  const hasAsked = (id: string, before = 0) =>
    vi.waitFor(() => expect(asked.get(id) ?? 0).toBeGreaterThan(before), PATIENT);
  const [greedy, b, c] = [await node('greedy'), await node('b'), await node('c')];
  const held = greedy.turn(untilLost);
  await vi.waitFor(() => expect(seen.order).toEqual(['greedy']), PATIENT);
  // It stands in line before the others come, and they come one after the other.
  const before = asked.get('greedy');
  const again = greedy.turn(() => sleep(10));
  await hasAsked('greedy', before);
  const others = [b.turn(() => sleep(10))];
  await hasAsked('b');
  others.push(c.turn(() => sleep(10)));
  expect(await held).toMatchObject({
    kept: false,
    value: 'Error: lease lost: the turn reached its limit (benchmarks.turn-limit of the collector)',
  });
  await Promise.all([again, ...others]);
  expect(seen).toMatchObject({ most: 1, order: ['greedy', 'b', 'c', 'greedy'] });
});

test.concurrent('an agent of 0.1.0 and newer ones exclude each other, and it loses a turn that it keeps for ever', async ({
  expect,
}) => {
  await using nats = await startGrantingNats({
    'benchmarks.lease': '4s',
    'benchmarks.turn-limit': '5s',
  });
  const { node, seen, holding } = createNodes(nats);
  const newer = await node('newer');
  const connection = await nats.connect();
  const leases = await openLeaseBucket(connection, BUCKETS.benchmarkLeases, 30_000);
  const older = {
    ...{ connection, leases, key: 'test', clock: systemClock, signal: never },
    holder: { node: 'older', name: 'older', benchmark: 'cpu.sha256', round: 'their round' },
  };

  const first = newer.turn(() => sleep(1500));
  await vi.waitFor(() => expect(seen.order).toEqual(['newer']), PATIENT);
  expect(await tryLease(older)).toEqual({
    state: 'taken',
    holder: {
      node: 'newer',
      name: 'newer',
      benchmark: 'cpu.sha256',
      round: 'a round',
      until: expect.any(Number),
    },
  });
  const taken = await waitForLease(older, never);
  expect(holding.size).toBe(0);
  expect(await first).toMatchObject({ kept: true });
  if (taken.state !== 'held') throw new Error('the older one has no turn');
  expect(await newer.turn(() => sleep(10), { windowMs: 500 })).toEqual({
    state: 'missed',
    reason: 'no turn before the round ended: older had it, for their round',
  });
  const second = newer.turn(async () => taken.lease.lost.aborted);
  // It lost it before another one has it.
  expect(await second).toEqual({ state: 'held', kept: true, value: true });
  expect(taken.lease.fence).toBeLessThan(seen.fences[1] ?? 0);
});

test.concurrent('while no collector runs a node waits within its round, says so once, and has its turn when one comes', async ({
  expect,
}) => {
  await using nats = await startTestNats();
  const lines: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void lines.push(line) });
  const { node, holding } = createNodes(nats);
  const [a, b] = [await node('a', log), await node('b')];
  expect(await b.turn(() => sleep(10), { windowMs: 1500 })).toEqual({
    state: 'missed',
    reason: 'no turn before the round ended: no collector grants turns',
  });
  const held = a.turn(() => sleep(10));
  await sleep(1500);
  expect(holding.size).toBe(0);
  const granting = await startGranting(nats);
  expect(await held).toMatchObject({ state: 'held', kept: true });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    /^warn +no collector grants turns.*it requires a collector of this version or a newer one/,
  );
  expect(lines[1]).toMatch(/^info +a collector grants turns again/);
  await granting.stop();
});

test.concurrent('a turn ends when no collector keeps it, and before another node can have it', async ({
  expect,
}) => {
  await using nats = await startTestNats();
  const granting = await startGranting(nats, { 'benchmarks.lease': '4s' });
  await untilGranted(nats);
  const { node, holding, seen } = createNodes(nats);
  const [a, b] = [await node('a'), await node('b')];
  const held = a.turn(untilLost);
  await vi.waitFor(() => expect(holding.size).toBe(1), PATIENT);
  await granting.stop();
  const waiting = b.turn(() => sleep(10));
  expect(await held).toMatchObject({
    kept: false,
    value: 'Error: lease lost: it could not be renewed in time',
  });
  const other = await startGranting(nats, { 'benchmarks.lease': '4s' });
  await waiting;
  expect(seen).toMatchObject({ most: 1, order: ['a', 'b'] });
  await other.stop();
});

test.concurrent('a node that is stopped while it waits, or has the turn, gives it back', async ({
  expect,
}) => {
  await using nats = await startGrantingNats();
  const { node, holding } = createNodes(nats);
  const [a, b, c] = [await node('a'), await node('b'), await node('c')];
  const [stopA, stopB] = [new AbortController(), new AbortController()];
  const held = a.turn(() => pause(600_000, stopA.signal), { signal: stopA.signal });
  await vi.waitFor(() => expect(holding.size).toBe(1), PATIENT);
  const waiting = b.turn(() => sleep(10), { signal: stopB.signal });
  await sleep(100);
  stopB.abort(new Error('the agent ends'));
  expect(await waiting).toMatchObject({ reason: expect.stringContaining('stopped: the agent ends') });
  stopA.abort(new Error('the agent ends'));
  expect(await held).toMatchObject({ kept: true });
  expect(await c.turn(async () => 'c has it')).toMatchObject({ value: 'c has it' });
});
