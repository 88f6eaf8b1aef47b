import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { PermanentError } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { PATIENT } from '@nestwatch/testkit/patience';
import { newestVictoriaMetrics, startVictoriaMetrics } from '@nestwatch/testkit/victoria-metrics';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startNats } from '../../deploy/local/nats.ts';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';
import { type CollectorProcess, startAgent, startCollector } from '../../deploy/local/programs.ts';
import { findTool, NATS_SERVER } from '../../deploy/local/tools.ts';

const DAY_US = 86_400_000_000;
const top = join(import.meta.dirname, '../..');
const found = await newestVictoriaMetrics();

let dir: string;
let processes: Processes;
let victoria: Awaited<ReturnType<typeof startVictoriaMetrics>>;
let collector: CollectorProcess;

beforeEach(({ skip }) => {
  if ('reason' in found) skip(found.reason);
});

beforeAll(async () => {
  if ('reason' in found) return;
  dir = temporaryFolder('victoria');
  processes = createProcesses(dir);
  victoria = await startVictoriaMetrics(processes, found.binary, dir);
  const nats = await startNats(processes, findTool(NATS_SERVER) ?? '', dir, await freePort());
  const servers = { natsUrl: nats.url, influxUrl: victoria.url };
  const never = new AbortController().signal;
  const dist = join(top, 'dist');
  collector = await startCollector(processes, dist, servers, await freePort(), () => undefined, never);
  const settings = { 'state-dir': join(dir, 'agent'), interval: '1s', lab: 'metrics' };
  startAgent(processes, dist, servers, settings, () => undefined);
});

afterAll(async () => {
  await processes?.stopAll();
});

test('what an agent sends is written and confirmed', async () => {
  await expect.poll(() => victoria.series('nestwatch_load_load1{lab="metrics"}'), PATIENT).toHaveLength(1);
  const metrics = async () => (await fetch(`${collector.url}/metrics`)).text();
  await expect.poll(metrics, PATIENT).toMatch(/^nestwatch_delivery_gaps\{lab="metrics".*\} 0$/m);
  expect(await metrics()).not.toMatch(/^nestwatch_messages_dead_total\S* [1-9]/m);
});

test('the collector says once, in one line, what has nothing to read there, and nothing else is wrong', () => {
  const lines = readFileSync(join(dir, 'collector.log'), 'utf8').split('\n');
  expect(lines.filter((line) => line.includes('does not answer InfluxQL'))).toHaveLength(1);
  expect(lines.filter((line) => / error /.test(line))).toEqual([]);
});

test('page and commands say that there is nothing to read, and show no machine that is none', async () => {
  const page = await fetch(`${collector.url}/`);
  expect(page.status).toBe(501);
  expect(await page.text()).toContain('does not answer InfluxQL');
  const command = (...words: string[]) =>
    spawnSync(process.execPath, [join(top, 'dist/nestwatch.mjs'), ...words, '--influx-url', victoria.url], {
      encoding: 'utf8',
    });
  for (const word of ['status', 'report', 'lab']) {
    const { status, stdout, stderr } = command(word);
    expect({ word, status, stdout }).toEqual({ word, status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^nestwatch: this server, such as VictoriaMetrics, stores points but does not answer InfluxQL.*\n$/,
    );
  }
});

test('names with signs of line protocol are written as they are, and of a request with a bad line the others', async () => {
  const store = await openStore(influxConfig({ INFLUX_URL: victoria.url, INFLUX_BUCKET: 'labs' }));
  expect(store.answersQueries).toBe(false);
  await expect(store.query('SHOW DATABASES')).rejects.toThrow(PermanentError);
  const nowUs = Date.now() * 1000;
  // The server quotes all that comes after the bad line, which is more than an answer to a write usually has.
  const others = Array.from(
    { length: 2000 },
    (_, at) => `nestwatch_load,node=b load1=${at} ${nowUs + at * 1000}`,
  );
  const write = store.write(['nestwatch_load,node=b load1=', ...others]);
  await expect(write).rejects.toThrow(PermanentError);
  await store.write([`nestwatch_load,node=a\\,b\\=c\\ d load1=1 ${nowUs}`]);
  const valuesOf = async (node: string) =>
    (await victoria.series(`nestwatch_load_load1{node="${node}"}`)).flatMap(({ values }) => values);
  await expect.poll(() => valuesOf('a,b=c d'), PATIENT).toEqual([1]);
  expect(await valuesOf('b')).toEqual([]);
});

test('what is older than it keeps holds up nobody: it takes it without a word', async () => {
  const store = await openStore(influxConfig({ INFLUX_URL: victoria.url }));
  const nowUs = Date.now() * 1000;
  const ageUs = 40 * DAY_US;
  await store.write([nowUs - ageUs, nowUs].map((timeUs) => `nestwatch_load,node=old load1=1 ${timeUs}`));
  await expect.poll(() => victoria.series('nestwatch_load_load1{node="old"}'), PATIENT).toHaveLength(1);
  const [series] = await victoria.series('nestwatch_load_load1{node="old"}');
  expect(series?.values).toEqual([1]);
});
