import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { keptHours } from '@nestwatch/testkit/kept-hours';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { countLetters, openSenders, type Senders, victimDelayMs } from '../security/flood.ts';

const DAY_US = 86_400_000_000;
/** A lab that was switched off for five weeks: what its outboxes held is older than what InfluxDB keeps. */
const OLD = 3000;

let lab: TestLab;
let collector: CollectorProcess;
let senders: Senders;

beforeAll(async () => {
  lab = await createTestLab();
  // No agent stands behind the messages, which would send again what the stream deleted.
  collector = await lab.startCollector({ NESTWATCH_STREAM_NODE_MESSAGES: '1000000' });
  senders = await openSenders(lab.servers.natsUrl);
  await waitUntil(async () => (await keptHours(lab.store)) === 720, { what: 'the retention' });
});

afterAll(async () => {
  await senders?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

test('a backlog older than the retention is confirmed as expired, what is new in it is written, and others do not wait', async () => {
  const atUs = Date.now() * 1000 - 40 * DAY_US;
  const sending = Promise.all(
    Array.from({ length: OLD }, (_, at) =>
      senders.send('laptop', { load: { load1: 1 }, memory: { freeBytes: at } }, { wallUs: atUs + at * 1e6 }),
    ),
  );
  await victimDelayMs(lab, senders);
  await sending;
  await senders.send('laptop', { load: { load1: 1 } });
  await expect.poll(() => metric('nestwatch_messages_expired_total'), PATIENT).toBe(OLD);
  expect(await metric('nestwatch_messages_dead_total')).toBe(0);
  expect(await countLetters(senders, 'laptop')).toBe(0);
  const [row] = await lab.waitForRows(
    `SELECT last("expired") AS expired, "written", "gaps", "dead" FROM "nestwatch_delivery" WHERE "node" = 'laptop'`,
    (rows) => rows[0]?.['expired'] === OLD && rows[0]?.['gaps'] === 0,
  );
  expect(row).toMatchObject({ written: 1, gaps: 0, dead: 0 });
  const status = spawnSync(
    process.execPath,
    [
      join(import.meta.dirname, '../../dist/nestwatch.mjs'),
      'status',
      '--json',
      '--influx-url',
      lab.servers.influxUrl,
    ],
    { encoding: 'utf8' },
  );
  expect(status.stdout).toMatch(/"expired": ?3000/);
});

test('of a batch with a value of another type the message at fault is set aside alone, and the others are written', async () => {
  await lab.store.write([`nestwatch_pressure,lab=lab,node=x cpu_some_ratio="text" ${Date.now()}000`]);
  await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      senders.send(`n${at % 10}`, at === 42 ? { pressure: { cpuSomeRatio: 1 } } : { load: { load1: at } }),
    ),
  );
  await expect.poll(() => countLetters(senders, 'n2'), PATIENT).toBe(1);
  await lab.waitForRows(
    `SELECT count("load1") FROM "nestwatch_load" WHERE "node" =~ /^n\\d$/`,
    (rows) => rows[0]?.['count'] === 99,
  );
  expect(await metric('nestwatch_messages_dead_total')).toBe(1);
});
