import { readFileSync } from 'node:fs';
import { v1 } from '@nestwatch/proto';
import { createTestLab, type Row, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import { countLetters, lettersOf, openSenders, type Senders, victimDelayMs } from './flood.ts';

let lab: TestLab;
let collector: CollectorProcess;
let senders: Senders;

beforeAll(async () => {
  lab = await createTestLab();
  senders = await openSenders(lab.servers.natsUrl);
});

afterAll(async () => {
  await senders?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

const peakMiB = () =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${collector.child.pid}/status`, 'utf8'))?.[1]) / 1024;
const list = (length: number) => Array.from({ length }, () => ({}));

const counters = (length: number) => Array.from({ length }, () => ({ resets: 1 }));

/** 66 KB that make 16,000 lines with tags of a kilobyte. */
const amplified = {
  probes: list(4096),
  net: { devices: counters(4096) },
  disk: { devices: counters(4096) },
  guests: { guests: counters(4096) },
  kvmHost: { guests: list(4096) },
};
const longTags = { name: `,${'語'.repeat(255)}`, parent: '語'.repeat(256) };

test('where the bounds are lifted, one such message of 66 KB gives 16,000 points', async () => {
  const metric = async (url: string) =>
    Number(/^nestwatch_points_written_total (\S+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  const unbounded = await lab.startCollector({
    NESTWATCH_LIMITS_MESSAGE_LINES: '1000000',
    NESTWATCH_LIMITS_MESSAGE_BYTES: String(64 * 1024 ** 2),
  });
  // With short tags: InfluxDB takes no 34 MB in one request.
  await senders.send('control', amplified);
  await expect.poll(() => metric(unbounded.url), { timeout: 30_000 }).toBeGreaterThan(16_000);
  await lab.processes.stop(unbounded.child);
  collector = await lab.startCollector();
  await victimDelayMs(lab, senders);
});

test('messages that would become 16,000 lines each are set aside, and nobody else waits', async () => {
  const flood = Promise.all(Array.from({ length: 180 }, () => senders.send('a', amplified, longTags)));
  const delays = [await victimDelayMs(lab, senders), await victimDelayMs(lab, senders)];
  await flood;
  delays.push(await victimDelayMs(lab, senders));
  expect(Math.max(...delays)).toBeLessThan(2000);
  expect(peakMiB()).toBeLessThan(512);
  // Reading them may take a share of the time: those of them for which there is none are left unread, and counted.
  const counted = `SELECT last("count") AS "count" FROM "nestwatch_beyond" WHERE "node" = 'a' AND "bound" =~ /message|flood/ GROUP BY "bound"`;
  const all = (rows: Row[]) => rows.reduce((sum, { count }) => sum + Number(count), 0) === 180;
  await lab.waitForRows(counted, all);
  expect(await countLetters(senders, 'a')).toBeGreaterThan(0);
  for (const { reason } of await lettersOf(senders, 'a')) expect(reason).toMatch(/than one message may/);
});

const LONG = '\u0001"\\'.repeat(40_000);
const hostile: Record<string, [body: object, header: object, kind?: 'event' | 'capability']> = {
  'run id': [{}, { boot: LONG }],
  name: [{}, { name: LONG }],
  parent: [{}, { parent: LONG }],
  version: [{}, { agentVersion: LONG }],
  lab: [{}, { lab: LONG }],
  node: [{}, { node: LONG }],
  text: [{ kind: 1, text: LONG }, {}, 'event'],
  'other node': [{ kind: 1, otherNode: LONG }, {}, 'event'],
  'run of another': [
    { kind: 8, text: 'x', dropped: [{ boot: LONG, ranges: [{ from: 1, to: 2 }] }] },
    {},
    'event',
  ],
  fact: [{ facts: [{ fact: LONG, value: 'v', state: 1 }] }, {}, 'capability'],
  'value of a fact': [{ facts: [{ fact: 'f', value: LONG, state: 1 }] }, {}, 'capability'],
  'probe that is a tag': [{ probes: [{ probe: 'p'.repeat(16_000), status: 1 }] }, {}],
};

test('however long a text is, its letter is short, and the next message is written', async () => {
  for (const [what, [body, header, kind]] of Object.entries(hostile)) {
    const node = `long-${what.replaceAll(' ', '-')}`;
    await senders.send(node, body, header, kind);
    await expect.poll(() => countLetters(senders, node), { timeout: 30_000 }).toBe(1);
    const [letter] = await lettersOf(senders, node);
    expect(letter?.size, what).toBeLessThan(64 * 1024);
    expect(letter?.reason?.length, what).toBeLessThanOrEqual(500);
    expect(letter?.reason, what).not.toMatch(/[^\x20-\x7e…\ufffd]/);
    // What was cut is said: its size and hash tell which message it was.
    if (what !== 'probe that is a tag') expect(letter?.payloadBytes, what).toBeGreaterThan(100_000);
    expect(letter?.payloadSha256?.length, what).toBe(32);
  }
  expect(await victimDelayMs(lab, senders)).toBeLessThan(2000);
});

test('unknown fields and nesting without end are as short', async () => {
  const unknown = v1.Sample.encode({ load: { load1: 1 } }).finish();
  const nested = new Uint8Array(200_000).fill(0x0b);
  for (const bytes of [new Uint8Array([...unknown, ...nested]), nested]) {
    await senders.sendBytes('nonsense', bytes);
  }
  await expect.poll(() => countLetters(senders, 'nonsense'), { timeout: 30_000 }).toBe(2);
  expect(await victimDelayMs(lab, senders)).toBeLessThan(2000);
});

test('letters of one node are kept whole up to its share, and those of others as before', async () => {
  const body = { kind: 1, text: 'x'.repeat(20_000) };
  for (let sent = 0; sent < 80; sent++) await senders.send('greedy', body, {}, 'event');
  await expect.poll(() => countLetters(senders, 'greedy'), { timeout: 30_000 }).toBe(80);
  const kept = (await lettersOf(senders, 'greedy')).reduce((sum, { size }) => sum + size, 0);
  expect(kept).toBeLessThan(1.2 * 1024 ** 2);
  await senders.send('modest', body, {}, 'event');
  await expect.poll(() => countLetters(senders, 'modest'), { timeout: 30_000 }).toBe(1);
  const [letter] = await lettersOf(senders, 'modest');
  expect(letter?.payload?.length).toBe(letter?.payloadBytes);
});
