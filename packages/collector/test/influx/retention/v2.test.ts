import { createLog, silentLog } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import type { Requests } from '../../../src/influx/requests.ts';
import { markText } from '../../../src/influx/retention/mark.ts';
import { createSaying } from '../../../src/influx/retention/saying.ts';
import { thinningTask } from '../../../src/influx/retention/thinning-task.ts';
import { setUpV2 } from '../../../src/influx/retention/v2.ts';
import type { Store } from '../../../src/influx/store.ts';

const retention = {
  'influx.org': 'acme',
  'retention.raw': 86_400_000,
  'retention.long': 400 * 86_400_000,
  'retention.adopt': false,
  'retention.step': 600_000,
};

/** Remembers what it is asked, and answers as the API of InfluxDB 2.x is documented to. */
function scripted(answers: Readonly<Record<string, unknown>>) {
  const asked: { line: string; body: unknown }[] = [];
  const request: Requests = async (path, { method, body }) => {
    asked.push({ line: `${method} ${path}`, body: body === undefined ? undefined : JSON.parse(body) });
    const found = Object.entries(answers).find(([start]) => `${method} ${path}`.startsWith(start));
    if (found === undefined) throw Object.assign(new Error('no'), { cause: { statusCode: 404 } });
    if (found[1] instanceof Error) throw found[1];
    return found[1];
  };
  const store = {
    request,
    serverVersion: 'v2.7.1',
    answersQueries: true,
    dialect: { api: 'v2', store: 'labs', writePath: '' },
    query: async () => [],
    queryThinned: async () => [],
    command: async () => undefined,
    write: async () => undefined,
    writeBytes: async () => undefined,
    endings: () => [],
  } satisfies Store;
  const changes = () => asked.filter(({ line }) => !line.startsWith('GET'));
  return { store, changes };
}

const bucket = (name: string, everySeconds: number, description = markText(everySeconds * 1000)) => ({
  buckets: [{ id: `id-${name}`, orgID: 'o1', name, description, retentionRules: [{ everySeconds }] }],
});

test('a fresh server gets the retention, the second bucket and the task', async () => {
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs_long': { buckets: [] },
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 0),
    'GET /api/v2/tasks': { tasks: [] },
    'PATCH /api/v2/buckets/': {},
    'POST /api/v2/buckets': { id: 'new', orgID: 'o1', name: 'labs_long', description: markText(0) },
    'POST /api/v2/tasks': {},
  });
  await setUpV2(store, retention, createSaying(silentLog));
  expect(changes().map(({ line }) => line)).toEqual([
    'PATCH /api/v2/buckets/id-labs',
    'POST /api/v2/buckets',
    'PATCH /api/v2/buckets/new',
    'POST /api/v2/tasks',
  ]);
  expect(changes()[0]?.body).toEqual({
    retentionRules: [{ type: 'expire', everySeconds: 86_400, shardGroupDurationSeconds: 43_200 }],
    description: markText(86_400_000),
  });
});

test('a bucket that was there before keeps its rule, and so does a long one of somebody else; one line for each says so', async () => {
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs_long': bucket('labs_long', 0, 'of the shop'),
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 0, ''),
    'GET /api/v2/tasks': { tasks: [] },
    'POST /api/v2/tasks': {},
  });
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  const saying = createSaying(log);
  for (let time = 0; time < 3; time++) await setUpV2(store, retention, saying);
  expect(changes().filter(({ line }) => !line.includes('/tasks'))).toEqual([]);
  expect(said).toEqual([
    expect.stringMatching(/"labs" was there before nestwatch: .*retention\.adopt: true/),
    expect.stringMatching(/"labs_long" was there before nestwatch/),
  ]);
});

test('where others begin to write, the rule that nestwatch set is lifted: a change without any would leave it', async () => {
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 86_400),
    'GET /api/v2/tasks': { tasks: [] },
    'PATCH /api/v2/buckets/': {},
  });
  const shared = {
    ...store,
    query: async () => [{ name: 'measurements', tags: {}, rows: [{ name: 'sales' }] }],
  };
  const said: string[] = [];
  const log = createLog({ level: 'warn', format: 'text', write: (line) => void said.push(line) });
  await setUpV2(shared, { ...retention, 'retention.long': 0 }, createSaying(log));
  expect(changes()).toEqual([
    {
      line: 'PATCH /api/v2/buckets/id-labs',
      body: {
        description: markText(0),
        retentionRules: [{ type: 'expire', everySeconds: 0, shardGroupDurationSeconds: 604_800 }],
      },
    },
  ]);
  expect(said).toEqual([expect.stringContaining('nestwatch no longer deletes anything there')]);
});

test('a bucket of the first release, known by its task, is still set by nestwatch', async () => {
  const flux =
    'option task = {name: "nestwatch thins out labs", every: 10m}\nfrom(bucket: "labs") |> filter(fn: (r) => contains(value: r._field, set: ["a"])) |> to(bucket: "labs_long")';
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs_long': bucket('labs_long', 400 * 86_400, ''),
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 30 * 86_400, ''),
    'GET /api/v2/tasks': { tasks: [{ id: 't1', name: 'whatever', flux }] },
    'PATCH /api/v2/': {},
  });
  await setUpV2(store, retention, createSaying(silentLog));
  expect(changes()).toMatchObject([
    {
      line: 'PATCH /api/v2/buckets/id-labs',
      body: { description: markText(86_400_000), retentionRules: [{ everySeconds: 86_400 }] },
    },
    { line: 'PATCH /api/v2/buckets/id-labs_long', body: { description: markText(400 * 86_400_000) } },
    { line: 'PATCH /api/v2/tasks/t1' },
  ]);
});

test('a token with fewer rights is said once of each thing it does without', async () => {
  const refused = Object.assign(new Error('no'), { cause: { statusCode: 403 } });
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [] },
    'GET /api/v2/buckets?name=labs': bucket('labs', 0),
    'GET /api/v2/buckets?orgID=o1&name=labs_long': { buckets: [] },
    'GET /api/v2/tasks': { tasks: [] },
    'POST /api/v2/buckets': refused,
    'PATCH /api/v2/buckets': refused,
  });
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  const saying = createSaying(log);
  for (let time = 0; time < 3; time++) {
    expect(await setUpV2(store, retention, saying)).toEqual({ thins: false, orgID: 'o1' });
  }
  expect(said).toEqual([
    expect.stringContaining('the token may not set how long bucket labs keeps points'),
    expect.stringContaining('the token may not create bucket labs_long: nothing is thinned out'),
  ]);
  expect(changes().filter(({ line }) => line.includes('tasks'))).toEqual([]);
});

test('a token of both buckets, which may make no task, thins out by itself', async () => {
  const words = 'InfluxDB at http://x/api/v2/tasks answered 500: failed to create task: unauthorized';
  const { store } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [] },
    'GET /api/v2/buckets?name=labs': bucket('labs', 86_400),
    'GET /api/v2/buckets?orgID=o1&name=labs_long': bucket('labs_long', 400 * 86_400),
    'GET /api/v2/tasks': { tasks: [] },
    'POST /api/v2/tasks': Object.assign(new Error(words), { cause: { statusCode: 500 } }),
  });
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  expect(await setUpV2(store, retention, createSaying(log))).toEqual({ thins: true, orgID: 'o1' });
  expect(said).toEqual([expect.stringContaining('the collector thins out itself')]);
});

test('while somebody has paused the task nothing is thinned out, which is said once', async () => {
  const flux = thinningTask(catalogue, 'labs', 600_000);
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs_long': bucket('labs_long', 400 * 86_400),
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 86_400),
    'GET /api/v2/tasks': { tasks: [{ id: 't1', flux, status: 'inactive' }] },
  });
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  const saying = createSaying(log);
  for (let time = 0; time < 3; time++) {
    expect(await setUpV2(store, retention, saying)).toEqual({ thins: false, orgID: 'o1' });
  }
  expect(said).toEqual([expect.stringContaining('the thinning task is paused')]);
  expect(changes()).toEqual([]);
});

test('what is as it should be is left alone', async () => {
  const flux = thinningTask(catalogue, 'labs', retention['retention.step']);
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs_long': bucket('labs_long', 400 * 86_400),
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 86_400),
    'GET /api/v2/tasks': { tasks: [{ id: 't1', name: 'nestwatch thins out labs', flux }] },
  });
  await setUpV2(store, retention, createSaying(silentLog));
  expect(changes()).toEqual([]);
});

test('of the tasks that collectors made at the same time the oldest stays, also behind many of others', async () => {
  const flux = thinningTask(catalogue, 'labs', retention['retention.step']);
  const others = Array.from({ length: 500 }, (_, at) => ({
    id: `o${at}`,
    flux: 'option task = {name: "x"}',
  }));
  const { store, changes } = scripted({
    'GET /api/v2/orgs?org=acme': { orgs: [{ id: 'o1' }] },
    'GET /api/v2/buckets?orgID=o1&name=labs_long': bucket('labs_long', 400 * 86_400),
    'GET /api/v2/buckets?orgID=o1&name=labs': bucket('labs', 86_400),
    'GET /api/v2/tasks?orgID=o1&limit=500&after=o499': {
      tasks: [
        { id: 't2', flux },
        { id: 't1', flux },
      ],
    },
    'GET /api/v2/tasks': { tasks: others },
  });
  await setUpV2(store, retention, createSaying(silentLog));
  expect(changes().map(({ line }) => line)).toEqual(['DELETE /api/v2/tasks/t2']);
});

test('a server without buckets is left alone', async () => {
  const { store, changes } = scripted({});
  await setUpV2(store, retention, createSaying(silentLog));
  expect(changes()).toEqual([]);
});

test('InfluxDB 3 keeps points as the database was made, which is said once', async () => {
  const { store, changes } = scripted({});
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void said.push(line) });
  const saying = createSaying(log);
  const third = { ...store, serverVersion: '3.10.0-core' };
  for (let time = 0; time < 2; time++) expect(await setUpV2(third, retention, saying)).toBeUndefined();
  expect(said).toEqual([
    expect.stringMatching(/InfluxDB 3\.10\.0-core fixes retention when a database is created/),
  ]);
  expect(changes()).toEqual([]);
});
