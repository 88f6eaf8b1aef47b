import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { DEAD_STREAM, type HeaderShape, messageId, subjects, v1 } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { seeded } from '@nestwatch/testkit/random';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { hostileMessage } from './fuzz.ts';

const COUNT = Number(process.env['NESTWATCH_FUZZ_COUNT'] ?? 5_000);
const seed = Number(process.env['NESTWATCH_FUZZ_SEED'] ?? Date.now() % 1_000_000);

let lab: TestLab;
let collector: CollectorProcess;
let nats: NatsConnection;

beforeAll(async () => {
  lab = await createTestLab();
  // A measurement whose field somebody wrote as text: figures for it are refused by InfluxDB from now on.
  await lab.store.write([`nestwatch_load,lab=hostile,node=conflict load1="text" ${nowUs()}`]);
  collector = await lab.startCollector({
    NESTWATCH_LIMITS_NODES: '20',
    NESTWATCH_LIMITS_NODE_SERIES: '200',
    // What is tried is what becomes of each message.
    NESTWATCH_STREAM_NODE_MESSAGES: '100000',
    NESTWATCH_INGEST_NODE_TIME: '100',
  });
  nats = await connect({ servers: lab.servers.natsUrl });
});

afterAll(async () => {
  await nats?.close();
  await lab?.[Symbol.asyncDispose]();
});

const nowUs = () => Date.now() * 1000;
let bootCount = 0;

function sample(node: string, seq: number, body: object, changed: Partial<HeaderShape> = {}) {
  const made = {
    lab: 'hostile',
    node,
    boot: 'b1',
    seq,
    wallUs: nowUs() + seq,
    monoUs: 1,
    agentVersion: '1',
    intervalMs: 1,
  };
  return v1.Sample.encode({ header: { ...made, ...changed } as HeaderShape, ...body }).finish();
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}

async function deadLetters(node: string): Promise<{ reason: string }[]> {
  const manager = await jetstreamManager(nats, { timeout: 60_000 });
  const found: { reason: string }[] = [];
  let seq = 1;
  for (;;) {
    // The server knows next_by_subj; the client's type does not.
    const next = { seq, next_by_subj: subjects.dead('hostile', node) };
    const message = await manager.streams.getMessage(DEAD_STREAM, next).catch(() => undefined);
    if (message === undefined || message === null) return found;
    found.push({ reason: v1.DeadLetter.decode(message.data).reason ?? '' });
    seq = message.seq + 1;
  }
}

test('a figure that InfluxDB refuses is isolated, kept with its words, and the rest of the batch is written', async () => {
  const stream = jetstream(nats, { timeout: 60_000 });
  const seqs = Array.from({ length: 200 }, (_, at) => at + 1);
  await Promise.all(
    seqs.map((seq) =>
      stream.publish(
        subjects.report('hostile', 'conflict', 'sample'),
        sample('conflict', seq, seq % 50 === 0 ? { load: { load1: 1 } } : { memory: { freeBytes: seq } }),
      ),
    ),
  );
  await lab.waitForRows(
    `SELECT "free_bytes" FROM "nestwatch_memory" WHERE "node" = 'conflict'`,
    (rows) => rows.length === 196,
  );
  await expect.poll(async () => (await deadLetters('conflict')).length, { timeout: 90_000 }).toBe(4);
  for (const letter of await deadLetters('conflict')) expect(letter.reason).toContain('field type conflict');
});

test('tag values with the syntax of line protocol stay values', async () => {
  const name = 'a,b=c d\\ 1\nnestwatch_load,node=forged load1=1';
  await jetstream(nats, { timeout: 60_000 }).publish(
    subjects.report('hostile', 'syntax', 'sample'),
    sample('syntax', 1, { memory: { freeBytes: 7 } }, { name }),
  );
  const rows = await lab.waitForRows(
    `SELECT "free_bytes", "name" FROM "nestwatch_memory" WHERE "node" = 'syntax'`,
  );
  // A backslash before a space goes: not every server takes it for itself.
  expect(rows[0]?.['name']).toBe('a,b=c d 1 nestwatch_load,node=forged load1=1');
  expect(await lab.store.query(`SELECT * FROM "nestwatch_load" WHERE "node" = 'forged'`)).toEqual([]);
});

test('NaN and the infinities cost their field only', async () => {
  await jetstream(nats, { timeout: 60_000 }).publish(
    subjects.report('hostile', 'nan', 'sample'),
    sample('nan', 1, {
      memory: { freeBytes: Number.NaN, totalBytes: Number.POSITIVE_INFINITY, cachedBytes: 5 },
    }),
  );
  const rows = await lab.waitForRows(`SELECT * FROM "nestwatch_memory" WHERE "node" = 'nan'`);
  expect(rows[0]).toMatchObject({ cached_bytes: 5 });
  expect(rows[0]?.['free_bytes'] ?? null).toBeNull();
  expect(await metric('nestwatch_values_unstorable_total')).toBe(2);
});

test('growth is bounded: nodes of a lab, series of a node', async () => {
  const dead = await metric('nestwatch_messages_dead_total');
  const decided = async () =>
    (await metric('nestwatch_messages_dead_total')) + (await metric('nestwatch_messages_written_total'));
  const before = await decided();
  const stream = jetstream(nats, { timeout: 60_000 });
  for (let at = 0; at < 40; at++) {
    await stream.publish(
      subjects.report('crowd', `n${at}`, 'sample'),
      sample(`n${at}`, 1, {}, { lab: 'crowd' }),
    );
    await stream.publish(
      subjects.report('hostile', 'tags', 'sample'),
      sample('tags', at + 1, {
        probes: Array.from({ length: 20 }, (_, each) => ({ probe: `p${at * 20 + each}`, status: 1 })),
      }),
    );
  }
  // A batch's dead letters are counted before its rest is written.
  await expect.poll(decided, { timeout: 90_000 }).toBe(before + 80);
  expect(await metric('nestwatch_messages_dead_total')).toBeGreaterThanOrEqual(dead + 50);
  const nodes = await lab.store.query(
    `SHOW TAG VALUES FROM "nestwatch_report" WITH KEY = "node" WHERE "lab" = 'crowd'`,
  );
  expect(nodes[0]?.rows.length).toBe(20);
  const reasons = (await deadLetters('tags')).map((letter) => letter.reason);
  expect(reasons[0]).toContain('setting limits.node-series');
});

test('a repetition changes nothing in InfluxDB, and is counted', async () => {
  const bytes = sample('twice', 1, { memory: { freeBytes: 1 } });
  for (const _ of [1, 2, 3]) {
    // Without a message id, as after the duplicate window.
    await jetstream(nats, { timeout: 60_000 }).publish(subjects.report('hostile', 'twice', 'sample'), bytes);
  }
  await lab.waitForRows(
    `SELECT last("duplicates") AS "duplicates" FROM "nestwatch_delivery" WHERE "node" = 'twice' GROUP BY "run"`,
    (rows) => rows[0]?.['duplicates'] === 2,
  );
  const rows = await lab.waitForRows(`SELECT "free_bytes" FROM "nestwatch_memory" WHERE "node" = 'twice'`);
  expect(rows.length).toBe(1);
});

test(`${COUNT} hostile messages are all set aside, and honest ones go on (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  const random = seeded(seed);
  const before = await metric('nestwatch_messages_dead_total');
  const stream = jetstream(nats, { timeout: 60_000 });
  const kinds = new Map<string, number>();
  for (let sent = 0; sent < COUNT; ) {
    const batch = Array.from({ length: Math.min(500, COUNT - sent) }, () => hostileMessage(random, ++sent));
    await Promise.all(
      batch.map(({ what, lab: of, node, kind, bytes }, at) => {
        kinds.set(what, (kinds.get(what) ?? 0) + 1);
        const msgID = messageId(node, `fuzz${bootCount}`, sent * 1000 + at);
        return stream.publish(subjects.report(of, node, kind), bytes, { msgID, timeout: 60_000 });
      }),
    );
    bootCount++;
  }
  await waitUntil(async () => (await metric('nestwatch_messages_dead_total')) >= before + COUNT, {
    what: `${COUNT} dead letters (seed ${seed})`,
    limitMs: 500_000,
    tail: () => JSON.stringify([...kinds]),
  });
  expect(await metric('nestwatch_messages_dead_total')).toBe(before + COUNT);
  expect(collector.child.exitCode).toBeNull();
  expect(
    await lab.store.query(`SELECT * FROM "nestwatch_report" WHERE "node" = 'victim' OR "lab" = 'victim'`),
  ).toEqual([]);
  expect(
    await lab.store.query(`SELECT * FROM "nestwatch_report" WHERE "lab" = 'hostile' AND "node" = 'node'`),
  ).toEqual([]);
  // What could not be read makes no accounts either.
  const accounts = await (await jetstreamManager(nats, { timeout: 60_000 })).streams.info(
    'KV_nestwatch_watermarks',
    {
      subjects_filter: '$KV.nestwatch_watermarks.hostile.node.>',
    },
  );
  expect(Object.keys(accounts.state.subjects ?? {})).toEqual([]);

  await stream.publish(
    subjects.report('hostile', 'honest', 'sample'),
    sample('honest', 1, { memory: { freeBytes: 3 } }),
  );
  await lab.waitForRows(`SELECT "free_bytes" FROM "nestwatch_memory" WHERE "node" = 'honest'`);
});
