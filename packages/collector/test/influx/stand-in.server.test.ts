import { silentLog } from '@nestwatch/common/log';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { startStandIn } from '@nestwatch/testkit/stand-in/server';
import { describe, expect, test } from 'vitest';
import { PartialWriteError } from '../../src/influx/partial-write.ts';
import { setUpRetention } from '../../src/influx/retention/retention.ts';
import { createSaying } from '../../src/influx/retention/saying.ts';
import { openStore } from '../../src/influx/store.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now();
const line = (value: string, atMs = nowMs, node = 'n') => `m,node=${node} v=${value} ${Math.round(atMs)}000`;
const open = (url: string, more: Readonly<Record<string, string>> = {}) =>
  openStore(influxConfig({ INFLUX_URL: url, INFLUX_TOKEN: 'token', ...more }));

describe.each([
  { version: '1.6.7', databases: new Set<string>() },
  { version: '2.7.12', databases: new Set(['nestwatch']) },
])('InfluxDB $version takes a request in part', ({ version, databases }) => {
  test('what is too old is told apart, and the rest is written', async () => {
    await using server = await startStandIn({ version, databases: new Set(databases), keepsMs: 7 * DAY_MS });
    const store = await open(server.url);
    server.state.points = 0;
    const lines = [line('1'), line('2', nowMs - 8 * DAY_MS), line('3', nowMs - 9 * DAY_MS)];
    const refused = await store.write(lines).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PartialWriteError);
    expect(refused).toMatchObject({ dropped: 2, reason: 'expired' });
    expect(server.state.points).toBe(1);
  });

  test('so is a value of another type', async () => {
    await using server = await startStandIn({ version, databases: new Set(databases) });
    const store = await open(server.url);
    server.state.points = 0;
    await store.write([line('1')]);
    await expect(store.write([line('"text"'), line('2')])).rejects.toMatchObject({
      dropped: 1,
      reason: { measurement: 'm', field: 'v', type: 'string' },
    });
    expect(server.state.points).toBe(2);
  });

  test('of what cannot be parsed nothing is written', async () => {
    await using server = await startStandIn({ version, databases: new Set(databases) });
    const store = await open(server.url);
    server.state.points = 0;
    const refused = await store.write(['m,a=b', line('1')]).catch((error: unknown) => error);
    expect(String(refused)).toContain("unable to parse 'm,a=b': missing fields");
    expect(refused).not.toBeInstanceOf(PartialWriteError);
    expect(server.state.points).toBe(0);
  });
});

describe('InfluxDB 2', () => {
  test('a token for one bucket is enough', async () => {
    const databases = new Set(['nestwatch']);
    await using server = await startStandIn({ version: '2.7.12', databases, rights: 'one bucket' });
    const store = await open(server.url);
    await store.write([line('1')]);
    expect(server.state.points).toBe(1);
    expect(await store.query('SELECT v FROM m')).toEqual([]);
  });

  test.each([
    { what: 'organisation', given: { organisation: 'acme' }, says: /no organisation nestwatch.*INFLUX_ORG/ },
    { what: 'token', given: { rights: 'none' as const }, says: /refused the token.*INFLUX_TOKEN/ },
    { what: 'bucket', given: { rights: 'one bucket' as const }, says: /a bucket nestwatch.*INFLUX_BUCKET/ },
  ])('a wrong $what is said in one line at the start', async ({ given, says }) => {
    await using server = await startStandIn({ version: '2.7.12', ...given });
    const refused = await open(server.url).catch(String);
    expect(refused).toMatch(says);
    expect(refused).not.toContain('\n');
  });

  test('a bucket that was there before keeps its rule', async () => {
    await using server = await startStandIn({ version: '2.7.12', databases: new Set(['company']) });
    const store = await open(server.url, { INFLUX_BUCKET: 'company' });
    const wanted = { 'retention.raw': 30 * DAY_MS, 'retention.long': 0, 'retention.step': 600_000 };
    const config = { 'influx.org': 'nestwatch', 'retention.adopt': false, ...wanted };
    await setUpRetention(store, config, createSaying(silentLog), nowMs * 1000);
    expect(server.state.asked.filter((each) => /^(?:PATCH|DELETE|PUT)/.test(each))).toEqual([]);
  });
});

describe('InfluxDB 3 Core', () => {
  test('the database is made at the start, once, and may be there', async () => {
    await using server = await startStandIn({ version: '3.10.0' });
    await open(server.url);
    const store = await open(server.url);
    expect([...server.state.databases]).toEqual(['nestwatch']);
    await store.write([line('1')]);
    expect(await store.query('SELECT v FROM m WHERE time > now() - 60s')).toEqual([]);
  });

  test('a database that is lost is said, until a write makes it again', async () => {
    await using server = await startStandIn({ version: '3.10.0' });
    const store = await open(server.url);
    server.state.databases.clear();
    await expect(store.query('SELECT v FROM m')).rejects.toThrow('database not found: nestwatch');
    await store.write([line('1')]);
    expect(await store.query('SELECT v FROM m')).toEqual([]);
  });

  test('a month is read in pieces of two days, and what cannot be fails with the setting of the server', async () => {
    await using server = await startStandIn({ version: '3.10.0', mostDays: 3 });
    const store = await open(server.url);
    server.state.asked.length = 0;
    const where = `"lab" = 'a' AND time > now() - ${30 * 86_400}s`;
    await store.query(`SELECT last("seq") AS "seq" FROM "m" WHERE ${where} GROUP BY "node"`);
    expect(server.state.asked).toHaveLength(15);
    await expect(store.query(`SELECT median("v") FROM "m" WHERE ${where}`)).rejects.toThrow(
      /at most 432 files.*--query-file-limit/,
    );
  });

  test('a request is no larger than it takes', async () => {
    await using server = await startStandIn({ version: '3.10.0' });
    const store = await open(server.url);
    const lines = Array.from({ length: 25_000 }, (_, at) =>
      line(String(at), nowMs + at, `${'n'.repeat(400)}${at}`),
    );
    await store.write(lines);
    expect(server.state.points).toBe(25_000);
  });
});
