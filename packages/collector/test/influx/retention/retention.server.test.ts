import { systemClock } from '@nestwatch/common/clock';
import { createLog, type Log, silentLog } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLateThinning } from '../../../src/influx/retention/late.ts';
import { createRetention, setUpRetention } from '../../../src/influx/retention/retention.ts';
import { createSaying } from '../../../src/influx/retention/saying.ts';
import { thinOutV1 } from '../../../src/influx/retention/thin-out.ts';
import type { RetentionConfig } from '../../../src/influx/settings.ts';
import { openStore, type Store } from '../../../src/influx/store.ts';

const DAY_MS = 86_400_000;
const STEP_MS = 60_000;
const retention = {
  'influx.org': '',
  'retention.raw': 7 * DAY_MS,
  'retention.long': 300 * DAY_MS,
  'retention.adopt': false,
  'retention.step': STEP_MS,
};
let lab: TestLab;
let store: Store;

needsInflux1('retention policies, continuous queries and DROP are its own means');

beforeAll(async () => {
  lab = await createTestLab();
  store = lab.store;
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

const setUp = (of: Store, config: RetentionConfig, log: Log) =>
  setUpRetention(of, config, createSaying(log), systemClock.wallUs());

async function rowsOf(query: string) {
  return (await store.query(query)).flatMap(({ name, tags, rows }) =>
    rows.map((row) => ({ of: name, tags, ...row })),
  );
}

test('both databases get their retention, and every measurement a continuous query; again changes nothing', async () => {
  await setUp(store, retention, silentLog);
  const policies = async (database: string) => rowsOf(`SHOW RETENTION POLICIES ON "${database}"`);
  expect(await policies('nestwatch')).toMatchObject([
    { duration: '168h0m0s', shardGroupDuration: '24h0m0s' },
  ]);
  expect(await policies('nestwatch_long')).toMatchObject([{ duration: '7200h0m0s', default: true }]);
  const queries = await rowsOf('SHOW CONTINUOUS QUERIES');
  expect(queries.filter(({ of }) => of === 'nestwatch')).toHaveLength(catalogue.length);
  await setUp(store, retention, silentLog);
  expect(await rowsOf('SHOW CONTINUOUS QUERIES')).toEqual(queries);
});

test('other settings replace the queries, and none takes them away', async () => {
  const before = await rowsOf('SHOW CONTINUOUS QUERIES');
  await setUp(store, { ...retention, 'retention.step': 120_000 }, silentLog);
  const after = await rowsOf('SHOW CONTINUOUS QUERIES');
  expect(after).toHaveLength(before.length);
  expect(after).not.toEqual(before);
  await setUp(store, { ...retention, 'retention.long': 0 }, silentLog);
  expect((await rowsOf('SHOW CONTINUOUS QUERIES')).filter(({ of }) => of === 'nestwatch')).toEqual([]);
});

test('points that come late are thinned out, each field by its own aggregate, under the same names and tags', async () => {
  await setUp(store, retention, silentLog);
  const startUs = Math.floor((Date.now() - 3_600_000) / 60_000) * 60_000_000;
  const tags = 'lab=a,layer=2,name=n,node=n,parent=p';
  const lines = Array.from({ length: 6 }, (_, at) => {
    const timeUs = startUs + at * 10_000_000;
    return [
      `nestwatch_cpu_time,${tags} user_ratio=${at / 10},steal_max_ratio=${at / 10},steal_min_ratio=${at / 10} ${timeUs}`,
      `nestwatch_capability,${tags} can_host=${at < 5 ? 0 : 1},kernel="6.${at}" ${timeUs}`,
    ].join('\n');
  });
  await store.write(lines);
  const late = createLateThinning(thinOutV1(store, STEP_MS), STEP_MS, systemClock, silentLog, 10);
  late.note(startUs + 1);
  const stop = new AbortController();
  const running = late.run(stop.signal);
  const long = await openStore(
    influxConfig({ INFLUX_URL: lab.servers.influxUrl, INFLUX_DATABASE: 'nestwatch_long' }),
  );
  await expect
    .poll(async () => (await long.query('SELECT * FROM nestwatch_capability')).flatMap(({ rows }) => rows), {
      timeout: 60_000,
    })
    .toMatchObject([{ time: startUs, can_host: 1, kernel: '6.5', lab: 'a', layer: '2', node: 'n' }]);
  stop.abort();
  await running;
  const [cpu] = (await long.query('SELECT * FROM nestwatch_cpu_time')).flatMap(({ rows }) => rows);
  expect(cpu).toMatchObject({ user_ratio: 0.25, steal_max_ratio: 0.5, steal_min_ratio: 0, parent: 'p' });
});

test('a database that is dropped and made again gets its retention again, and one that is lost is made', async () => {
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  const url = { INFLUX_URL: lab.servers.influxUrl, INFLUX_DATABASE: 'dropped' };
  const dropped = await openStore(influxConfig(url), log);
  const policies = async () => rowsOf('SHOW RETENTION POLICIES ON "dropped"').catch(() => []);
  const stop = new AbortController();
  const running = createRetention(dropped, retention, systemClock, log, 50).run(stop.signal);
  const keeps = () => expect.poll(policies, { timeout: 60_000 }).toMatchObject([{ duration: '168h0m0s' }]);
  await keeps();
  said.length = 0;
  await store.command('DROP DATABASE "dropped"');
  await store.command('CREATE DATABASE "dropped"');
  await keeps();
  await expect
    .poll(() => said.join(''), PATIENT)
    .toMatch(/retention is set database=dropped keeps=7d before=0s/);
  await expect.poll(() => said.join(''), PATIENT).toMatch(/continuous queries are made database=dropped/);

  await store.command('DROP DATABASE "dropped"');
  const line = `nestwatch_load,lab=a load1=1 ${Date.now() * 1000}`;
  await expect(dropped.write([line])).rejects.toThrow(/404: database not found/);
  await dropped.write([line]);
  expect(said.join('')).toMatch(/InfluxDB lost its database or bucket, creating it again store=dropped/);
  await keeps();
  stop.abort();
  await running;
});

test('a database that others use too keeps its retention, and the log says so', async () => {
  const shared = await openStore(
    influxConfig({ INFLUX_URL: lab.servers.influxUrl, INFLUX_DATABASE: 'shared' }),
  );
  await shared.write([`cpu,host=a usage=1 ${Date.now() * 1000}`]);
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  await setUp(shared, retention, log);
  expect(said.join('')).toContain('holds measurements of others');
  expect(await rowsOf('SHOW RETENTION POLICIES ON "shared"')).toMatchObject([{ duration: '0s' }]);
});
