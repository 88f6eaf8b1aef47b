import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { STREAM, subjects } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const noDeath = () => undefined;
let lab: SecuredLab;
let store: Store;
let influxUrl = '';
let agentKey = '';

beforeAll(async () => {
  lab = await createSecuredLab();
  agentKey = lab.enroll('n1', '--lab', 'lab');
  await lab.reload();
  influxUrl = (await startTestInflux(lab.processes, lab.dir)).url;
  store = await openStore(influxConfig({ INFLUX_URL: influxUrl }));
  const servers = { natsUrl: lab.url, influxUrl };
  const trust = { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: join(lab.dir, '--collector.nk') };
  const { signal } = new AbortController();
  await startCollector(lab.processes, dist, servers, await freePort(), noDeath, signal, trust);
  const settings = {
    ...{ lab: 'lab', node: 'n1', interval: '1s', 'nats-ca': lab.ca, 'nats-nkey': agentKey },
    'state-dir': join(lab.dir, 'agent'),
  };
  startAgent(lab.processes, dist, servers, settings, noDeath);
  await waitUntil(async () => (await samples()) > 0, { what: 'samples', limitMs: 120_000, tail: agentLog });
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const logOf = (program: string) => readFileSync(join(lab.dir, 'logs', `${program}.log`), 'utf8');
const agentLog = () => logOf('agent');

async function samples(): Promise<number> {
  const [series] = await store.query(`SELECT * FROM "nestwatch_cpu_time" WHERE "node" = 'n1'`);
  return series?.rows.length ?? 0;
}

async function moreSamples(count = 3): Promise<void> {
  const before = await samples();
  const tail = () => `${logOf('collector')}\n${agentLog()}`;
  await waitUntil(async () => (await samples()) >= before + count, {
    what: 'more samples',
    limitMs: 60_000,
    tail,
  });
}

/** A new key beside the old one, then in its place, and at last the old one's end. */
async function rotate(key: string, ...who: string[]): Promise<void> {
  const old = `${key}.old`;
  copyFileSync(key, old);
  const fresh = lab.enroll(...who, '--rotate');
  await lab.reload();
  // Both are good for a while.
  for (const each of [old, fresh]) await (await lab.connect(each)).close();
  renameSync(fresh, key);
  lab.revoke(...who, '--old-key');
  await lab.reload();
  await expect(lab.connect(old)).rejects.toThrow(/authorization|violation/i);
}

test("a node's and the collector's key are rotated while they work, and no message is lost", async () => {
  await rotate(agentKey, 'n1', '--lab', 'lab');
  await waitUntil(() => /reconnected to NATS/.test(agentLog()), {
    what: 'the agent again',
    tail: agentLog,
  });
  await moreSamples();
  await rotate(join(lab.dir, '--collector.nk'), '--collector');
  await moreSamples();
  const status = () =>
    JSON.parse(lab.nestwatch('status', 'lab', '--json', '--influx-url', influxUrl)) as Record<
      string,
      number
    >[];
  await expect.poll(() => status()[0]?.['written'], { timeout: 60_000 }).toBeGreaterThan(6);
  // A message that was on its way when its key changed is a gap until it is sent again.
  const fates = () => status().map(({ dead, lost, gaps, dropped }) => ({ dead, lost, gaps, dropped }));
  await expect.poll(fates, { timeout: 60_000 }).toEqual([{ dead: 0, lost: 0, gaps: 0, dropped: 0 }]);
  expect(agentLog()).not.toMatch(/outbox let/);
});

test('who is revoked is put out at the reload, and the others stay', async () => {
  const key = lab.enroll('bad', '--lab', 'lab');
  const person = lab.enroll('--operator', 'carol');
  await lab.reload();
  const bad = await lab.connect(key, 'bad');
  const carol = await lab.connect(person);
  const disconnected = logOf('agent').split('connection to NATS lost').length;
  expect((await jetstream(bad).publish(subjects.report('lab', 'bad', 'event'), 'x')).stream).toBe(STREAM);
  lab.revoke('bad', '--lab', 'lab');
  lab.revoke('--operator', 'carol');
  await lab.reload();
  for (const connection of [bad, carol]) await connection.closed();
  for (const each of [key, person])
    await expect(lab.connect(each)).rejects.toThrow(/authorization|violation/i);
  await moreSamples();
  expect(logOf('agent').split('connection to NATS lost')).toHaveLength(disconnected);
});

test('an agent that is revoked says once that its login is refused, however often it tries', async () => {
  const lost = () => logOf('agent').split('connection to NATS lost').length;
  const refused = () => logOf('nats-server').split('authentication error').length;
  const [lostBefore, refusedBefore] = [lost(), refused()];
  lab.revoke('n1', '--lab', 'lab');
  await lab.reload();
  await expect.poll(refused, { timeout: 60_000 }).toBeGreaterThan(refusedBefore + 3);
  expect(lost()).toBe(lostBefore + 1);
  expect(agentLog()).toContain('NATS refuses the login');
});
