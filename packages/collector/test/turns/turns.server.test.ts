import { setTimeout as sleep } from 'node:timers/promises';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { silentLog } from '@nestwatch/common/log';
import {
  BUCKETS,
  inboxPrefix,
  type PayloadRequestShape,
  subjects,
  type TurnRequestShape,
  v1,
} from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { collectorSchema } from '../../src/config/schema.ts';
import { createDoor } from '../../src/ingest/door.ts';
import { KEEP, RELEASE, TAKE } from '../../src/turns/turn-request.ts';
import { runTurns } from '../../src/turns/turns.ts';

const stop = new AbortController();
let nats: TestNats;
let granting: Promise<void>;
/** Each test has a lab of its own. */
let lab = '';

beforeAll(async () => {
  nats = await startTestNats();
  granting = runTurns(
    {
      connection: await nats.connect(),
      questions: await nats.connect(),
      door: createDoor({ clock: systemClock }),
      config: loadConfig(collectorSchema, {
        env: {},
        flags: { 'benchmarks.lease': '10s', 'limits.labs': '20' },
      }),
      positionOf: (_, node) => (node === 'placed' ? { layer: 2, parent: 'b' } : { parent: '' }),
      clock: systemClock,
      log: silentLog,
    },
    stop.signal,
  );
  lab = 'first';
  const { turn } = await node('probe');
  await vi.waitFor(() => turn({ want: RELEASE }), PATIENT);
});
beforeEach(({ task }) => {
  lab = task.id.replace(/\W/g, '-').replace(/^-+/, '');
});
afterAll(async () => {
  stop.abort();
  await granting;
  await nats.stop();
});

const CLAIM = 'c'.repeat(20);
const ROUND = `net_http-${Date.now()}`;
const TOKEN = 't'.repeat(32);

async function node(id: string) {
  const connection = await nats.connect({ inboxPrefix: inboxPrefix(lab, id) });
  const ask = async (subject: string, bytes: Uint8Array) =>
    (await connection.request(subject, bytes, { timeout: 20_000 })).data;
  return {
    connection,
    turn: async (request: TurnRequestShape) => {
      const bytes = v1.TurnRequest.encode({ claim: CLAIM, name: id, ...request }).finish();
      const { state, ...reply } = v1.TurnReply.decode(await ask(subjects.turn(lab, id), bytes));
      return { state: v1.TurnReply.State[state], ...reply };
    },
    payload: async (request: PayloadRequestShape = {}) => {
      const whole = { round: ROUND, name: id, addresses: ['192.0.2.7:80'], token: TOKEN, ...request };
      const bytes = v1.PayloadRequest.encode(whole).finish();
      return v1.PayloadReply.decode(await ask(subjects.payload(lab, id), bytes));
    },
  };
}

test('a turn is granted, kept, waited for, and released only by who has it', async () => {
  const [a, b] = [await node('a'), await node('b')];
  const held = await a.turn({ want: TAKE, limitMs: 60_000 });
  expect(held).toMatchObject({ state: 'HELD', validMs: expect.any(Number) });
  expect(held.validMs).toBeLessThanOrEqual(10_000);
  expect(held.endsMs).toBeLessThanOrEqual(60_000);
  // By the same claim it is the same turn: the answer may have been lost.
  expect(await a.turn({ want: TAKE })).toMatchObject({ state: 'HELD' });
  expect(await b.turn({ want: KEEP })).toMatchObject({ state: 'LOST', reason: 'it went to a' });
  expect(await b.turn({ want: RELEASE })).toMatchObject({ state: 'LOST', holder: 'a' });
  expect(await a.turn({ want: KEEP, claim: 'd'.repeat(20) })).toMatchObject({ state: 'LOST' });
  const waiting = b.turn({ want: TAKE });
  expect(await waiting).toMatchObject({ state: 'WAIT', holder: 'a' });
  const next = b.turn({ want: TAKE });
  await sleep(100);
  expect(await a.turn({ want: RELEASE })).toMatchObject({ state: 'RELEASED' });
  const theirs = await next;
  expect(theirs.state).toBe('HELD');
  expect(theirs.fence).toBeGreaterThan(held.fence);
  await b.turn({ want: RELEASE });
});

test('who does not wait any more is not granted what it does not want', async () => {
  const [a, b] = [await node('a'), await node('b')];
  await a.turn({ want: TAKE });
  void b.turn({ want: TAKE }).catch(() => undefined);
  await sleep(100);
  expect(await b.turn({ want: RELEASE })).toMatchObject({ state: 'RELEASED', holder: 'a' });
  await a.turn({ want: RELEASE });
  expect(await a.turn({ want: TAKE })).toMatchObject({ state: 'HELD' });
});

/** Whether something comes to a subject, after everything before was dealt with. */
async function arrives(connection: NatsConnection, subject: string, act: () => void): Promise<boolean> {
  let came = false;
  const subscription = connection.subscribe(subject, {
    callback: () => {
      came = true;
    },
  });
  await connection.flush();
  act();
  await connection.flush();
  const { turn } = await node('last');
  await turn({ want: RELEASE });
  await connection.flush();
  subscription.unsubscribe();
  return came;
}

test('an answer goes to the inbox of who asks, and nowhere else', async () => {
  const { connection } = await node('a');
  const question = v1.TurnRequest.encode({ want: KEEP, claim: CLAIM }).finish();
  const ask = (subject: string, reply: string) => () => connection.publish(subject, question, { reply });
  const own = `${inboxPrefix(lab, 'a')}.x`;
  for (const subject of [subjects.turn(lab, 'a'), subjects.payload(lab, 'a')]) {
    expect(await arrives(connection, own, ask(subject, own))).toBe(true);
    for (const other of [
      subjects.written(lab, 'b'),
      subjects.round(lab),
      `${inboxPrefix(lab, 'b')}.x`,
      `${inboxPrefix(lab, 'a')}b.x`,
      `$KV.${BUCKETS.topology}.place.${lab}.b`,
      '_INBOX.x',
    ]) {
      expect(await arrives(connection, other, ask(subject, other)), other).toBe(false);
    }
  }
});

test('odd requests are refused in one line, and others are served on', async () => {
  const { connection, payload, turn } = await node('a');
  for (const bytes of [
    new Uint8Array(),
    new Uint8Array([255, 1, 2]),
    new Uint8Array(100_000),
    Buffer.from('{}'),
  ]) {
    const { data } = await connection.request(subjects.turn(lab, 'a'), bytes, { timeout: 20_000 });
    const reply = v1.TurnReply.decode(data);
    expect(v1.TurnReply.State[reply.state]).toBe('REFUSED');
    expect(reply.reason).toMatch(/^[^\n]{10,100}$/);
    const told = await connection.request(subjects.payload(lab, 'a'), bytes, { timeout: 20_000 });
    expect(v1.PayloadReply.decode(told.data).refusal).toMatch(/^[^\n]{10,100}$/);
  }
  expect(await turn({ want: TAKE })).toMatchObject({ state: 'HELD' });
  expect((await payload()).refusal).toBe('');
});

test('nodes of a round are told of each other, each with its own token, and where they stand', async () => {
  const [a, b, placed] = [await node('a'), await node('b'), await node('placed')];
  expect((await a.payload()).servers).toEqual([]);
  await placed.payload({ layer: 7, parent: 'made-up', token: 'u'.repeat(32) });
  const { servers, roundToken } = await b.payload({ round: ROUND });
  expect(servers).toMatchObject([
    { node: 'a', token: TOKEN },
    { node: 'placed', layer: 2, parent: 'b', token: 'u'.repeat(32) },
  ]);
  expect(roundToken).toBe('');
  expect((await b.payload({ round: `net_http-${Date.now() - 1000}` })).servers).toEqual([]);
  expect((await a.payload({ addresses: ['192.0.2.7:80/admin'] })).refusal).toMatch(/is not an address/);
});

test('agents of 0.1.0 find newer ones in the bucket, and are found there, without the tokens of the others', async () => {
  const [a, b] = [await node('a'), await node('b')];
  const watcher = await nats.connect();
  const told = new Map<string, string>();
  watcher.subscribe(`$KV.${BUCKETS.rounds}.${lab}.>`, {
    callback: (_, { subject, data }) => {
      told.set(subject.split('.').at(-1) ?? '', Buffer.from(data).toString('latin1'));
    },
  });
  await watcher.flush();
  await a.payload();
  // Nothing is written for nobody.
  expect([...told.keys()]).toEqual([]);
  const key = `$KV.${BUCKETS.rounds}.${lab}.${ROUND}`;
  const older = { node: 'older', name: 'older', addresses: ['192.0.2.9:80', 'host:80'], done: false };
  // The second to come finds a token, and takes that.
  const kept = await new Kvm(watcher).open(BUCKETS.rounds);
  await kept.create(`${lab}.${ROUND}._token`, 'the-token-of-the-round');
  await expect(kept.create(`${lab}.${ROUND}._token`, 'one-that-is-not-taken')).rejects.toThrow();
  watcher.publish(`${key}.older`, v1.PayloadServer.encode(older).finish());
  // It says so about itself only, and not about who speaks to the collector.
  watcher.publish(`${key}.x`, v1.PayloadServer.encode(older).finish());
  watcher.publish(`${key}.a`, v1.PayloadServer.encode({ ...older, node: 'a' }).finish());
  await watcher.flush();
  await vi.waitFor(async () => {
    const { servers, roundToken } = await b.payload();
    expect(servers).toMatchObject([
      { node: 'a', addresses: ['192.0.2.7:80'], token: TOKEN },
      { node: 'older', addresses: ['192.0.2.9:80'], token: '' },
    ]);
    expect(roundToken).toBe('the-token-of-the-round');
  }, PATIENT);
  await vi.waitFor(async () => {
    await a.payload({ done: true });
    expect(v1.PayloadServer.decode(Buffer.from(told.get('a') ?? '', 'latin1'))).toMatchObject({ done: true });
    expect(told.get('b')).toContain('192.0.2.7:80');
  }, PATIENT);
  expect([...told.values()].join()).not.toContain(TOKEN);
});
