import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { BUCKETS, CONSUMER, KINDS, STREAM } from '@nestwatch/proto';
import { influxOfRun } from '@nestwatch/testkit/influx-of-run';
import { createTestLab, type Row, type TestLab } from '@nestwatch/testkit/lab';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import { countLetters, openFlood, openSenders, type Senders, victimDelayMs } from './flood.ts';

const DAY_US = 86_400_000_000;
const JUNK = 3000;
/** What one node sends costs the others at most a second. */
const SECOND_MS = 1000;

let lab: TestLab;
let collector: CollectorProcess;
let senders: Senders;
let quietMs: number;

beforeAll(async () => {
  lab = await createTestLab();
  // What is counted here is counted whole.
  collector = await lab.startCollector({ NESTWATCH_STREAM_NODE_MESSAGES: '5000' });
  senders = await openSenders(lab.servers.natsUrl);
  await victimDelayMs(lab, senders);
  quietMs = await victimDelayMs(lab, senders);
});

afterAll(async () => {
  await senders?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

test('hundreds of messages that InfluxDB refuses one by one do not hold up the others', async () => {
  // Figures of this measurement are refused from now on: somebody wrote them as text.
  await lab.store.write([`nestwatch_pressure,lab=lab,node=x cpu_some_ratio="text" ${Date.now()}000`]);
  const refused = { pressure: { cpuSomeRatio: 1 } };
  const startedMs = performance.now();
  const flood = Promise.all(times(400, () => senders.send('a', refused)));
  const delays = [await victimDelayMs(lab, senders), await victimDelayMs(lab, senders)];
  await flood;
  delays.push(await victimDelayMs(lab, senders));
  await expect.poll(() => countLetters(senders, 'a'), { timeout: 60_000 }).toBe(400);
  // Where the machine is so busy that all of it takes longer, the others at least do not wait for the end of it.
  const allMs = performance.now() - startedMs;
  expect(Math.max(...delays)).toBeLessThan(quietMs + Math.max(SECOND_MS, allMs));
  // What is sound of such a node is written all the same.
  await senders.send('a', { memory: { freeBytes: 7 } });
  await lab.waitForRows(`SELECT "free_bytes" FROM "nestwatch_memory" WHERE "node" = 'a'`);
});

test('of thousands of messages that make no sense a thousand are kept, and all are counted', async () => {
  const junk = new Uint8Array([1, 2, 3]);
  const dead = () => metric('nestwatch_messages_dead_total');
  const before = await dead();
  await Promise.all(times(JUNK, () => senders.sendBytes('junk', junk)));
  await expect.poll(dead, PATIENT).toBe(before + JUNK);
  expect(await countLetters(senders, 'junk')).toBe(1000);
});

test('an event that lists a thousand runs makes a few keys, and the states of others are kept meanwhile', async () => {
  const manager = await jetstreamManager(senders.connection);
  const keysOf = async (node: string) => {
    const filter = `$KV.${BUCKETS.watermarks}.lab.${node}.>`;
    const { state } = await manager.streams.info(`KV_${BUCKETS.watermarks}`, { subjects_filter: filter });
    return Object.keys(state.subjects ?? {}).length;
  };
  const runs = (at: number) =>
    times(1000, (run) => ({ boot: `r${at}-${run}`, ranges: [{ from: 1, to: 9e15 }] }));
  for (let at = 0; at < 10; at++) {
    await senders.send('keys', { kind: 8, text: 'x', dropped: runs(at) }, {}, 'event');
    await senders.send('keys', { kind: 1, text: 'x', held: runs(100 + at) }, {}, 'event');
  }
  await senders.send('other', {}, { boot: 'other-run' });
  await expect.poll(() => keysOf('other'), { timeout: 60_000 }).toBe(1);
  // The run that sent them, and as many others as an agent may start in an hour.
  await expect.poll(() => keysOf('keys'), { timeout: 60_000 }).toBe(61);
});

test('times of other centuries make no shards', async () => {
  // What InfluxDB 2 and 3 make of them cannot be asked; there the times are only sent.
  const tellsShards = influxOfRun().major === 1;
  const shards = async () => {
    if (!tellsShards) return 0;
    const groups = await lab.store.query('SHOW SHARD GROUPS');
    return groups.flatMap(({ rows }) => rows).filter((row) => row['database'] === lab.store.dialect.store)
      .length;
  };
  const before = await shards();
  const nowUs = Date.now() * 1000;
  const strange = {
    ahead: (day: number) => ({ wallUs: nowUs + day * DAY_US }),
    estimated: (day: number) => ({ labUs: nowUs + day * DAY_US }),
    back: (day: number) => ({ wallUs: nowUs - (day + 366) * DAY_US }),
  };
  for (const [node, changed] of Object.entries(strange)) {
    await Promise.all(times(200, (at) => senders.send(node, { load: { load1: 1 } }, changed(at + 1))));
    await lab.waitForRows(
      `SELECT count("seq") FROM "nestwatch_report" WHERE "node" = '${node}'`,
      (rows) => rows[0]?.['count'] === 200,
    );
  }
  expect(await shards()).toBeLessThanOrEqual(before + 1);
  if (!tellsShards) return;
  // The same times, as they would be written: a shard for each day.
  await lab.store.write(times(50, (day) => `nestwatch_check x=1 ${nowUs + (day + 2) * DAY_US}`));
  expect(await shards()).toBeGreaterThanOrEqual(before + 50);
  expect(await victimDelayMs(lab, senders)).toBeLessThan(quietMs + SECOND_MS);
});

test('others do not wait behind a node that sends nonsense as fast as it can', async () => {
  const manager = await jetstreamManager(senders.connection, { timeout: 60_000 });
  const keep = async (ofNode: number) => {
    const { config } = await manager.streams.info(STREAM);
    await manager.streams.update(STREAM, { ...config, max_msgs_per_subject: ofNode });
  };
  /** How long the victim waited, and how many messages of the flood the stream had before its message. */
  const behind = async () => {
    const { state } = await manager.streams.info(STREAM, { subjects_filter: 'nestwatch.lab.flood.>' });
    const kept = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    return { waitedMs: await victimDelayMs(lab, senders), kept };
  };
  // As it was: all that a node sends stands before what others send then.
  await keep(1e9);
  const first = await openFlood(lab.natsPort, 'lab', 'flood');
  const backlog = async () => (await manager.consumers.info(STREAM, CONSUMER)).num_pending;
  await expect.poll(backlog, { ...PATIENT, interval: 20 }).toBeGreaterThan(60_000);
  await first.stop();
  const control = await behind();
  expect(control.kept).toBeGreaterThan(60_000);
  const ofKind = collectorSchema['stream.node-messages'].default;
  await keep(ofKind);
  const second = await openFlood(lab.natsPort, 'lab', 'flood');
  const seen = [await behind(), await behind(), await behind(), await behind()];
  await second.stop();
  expect(Math.max(...seen.slice(1).map(({ kept }) => kept))).toBeLessThanOrEqual(KINDS.length * ofKind);
  const waited = seen.map(({ waitedMs }) => waitedMs);
  expect(Math.min(...waited)).toBeLessThan(quietMs + Math.max(SECOND_MS, control.waitedMs / 2));
});

const BEYOND = {
  'a refused': 400,
  'junk message': JUNK,
  'junk letter': JUNK - 1000,
  'ahead time': 200,
  'estimated time': 200,
  'back time': 200,
};
const countsOf = (rows: Row[]) =>
  Object.fromEntries(rows.map((row) => [`${row['node']} ${row['bound']}`, row['count']]));

test('what was beyond is counted, and `nestwatch status` tells it', async () => {
  const rows = await lab.waitForRows(
    `SELECT last("count") AS "count" FROM "nestwatch_beyond" GROUP BY "node", "bound"`,
    (found) =>
      Object.entries(BEYOND).every(([key, count]) => countsOf(found)[key] === count) &&
      Number(countsOf(found)['unknown flood']) > 0,
  );
  const counts = countsOf(rows);
  expect(Object.keys(counts).filter((key) => key.startsWith('b '))).toEqual([]);
  expect(await metric('nestwatch_letters_lost_total')).toBe(0);
  expect(await countLetters(senders, 'b')).toBe(0);
  const status = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../dist/nestwatch.mjs'), 'status', '--influx-url', lab.servers.influxUrl],
    { encoding: 'utf8' },
  );
  expect(status.stdout).toMatch(/lab +flood +message +\d+ +not a valid \w+ message/);
  expect(status.stdout).toMatch(/unknown +unknown +flood +\d+ +deleted by the stream before/);
  expect(status.stdout).toMatch(/lab +a +refused +400 +.*field type conflict/);
  expect(status.stdout).toMatch(/lab +back +time +200 +is dated .* back: stored at its time of arrival/);
});
