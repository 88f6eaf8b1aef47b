import type { Requests } from '@nestwatch/collector/influx/requests';
import { thinningTask } from '@nestwatch/collector/influx/retention/thinning-task';
import { setUpV2 } from '@nestwatch/collector/influx/retention/v2';
import type { Store } from '@nestwatch/collector/influx/store';
import { silentLog } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import { expect, test } from 'vitest';

const retention = {
  'influx.org': 'acme',
  'retention.raw': 86_400_000,
  'retention.long': 400 * 86_400_000,
  'retention.step': 600_000,
};

/** Remembers what it is asked, and answers as the API of InfluxDB 2.x is documented to. */
function scripted(answers: Readonly<Record<string, unknown>>) {
  const asked: { line: string; body: unknown }[] = [];
  const request: Requests = async (path, { method, body }) => {
    asked.push({ line: `${method} ${path}`, body: body === undefined ? undefined : JSON.parse(body) });
    const found = Object.entries(answers).find(([start]) => `${method} ${path}`.startsWith(start));
    if (found === undefined) throw Object.assign(new Error('no'), { cause: { statusCode: 404 } });
    return found[1];
  };
  const store = {
    request,
    serverVersion: 'v2.7.1',
    dialect: { api: 'v2', store: 'labs', writePath: '' },
    query: async () => [],
    command: async () => undefined,
    write: async () => undefined,
    writeBytes: async () => undefined,
    endings: () => [],
  } satisfies Store;
  const changes = () => asked.filter(({ line }) => !line.startsWith('GET'));
  return { store, changes };
}

const bucket = (name: string, everySeconds: number) => ({
  buckets: [{ id: `id-${name}`, orgID: 'o1', name, retentionRules: [{ everySeconds }] }],
});

test('a fresh server gets the retention, the second bucket and the task', async () => {
  const { store, changes } = scripted({
    'GET /api/v2/buckets?org=acme&name=labs_long': { buckets: [] },
    'GET /api/v2/buckets?org=acme&name=labs': bucket('labs', 0),
    'GET /api/v2/tasks': { tasks: [] },
    'PATCH /api/v2/buckets/': {},
    'POST /api/v2/buckets': { id: 'new', orgID: 'o1', name: 'labs_long' },
    'POST /api/v2/tasks': {},
  });
  await setUpV2(store, retention, silentLog);
  expect(changes().map(({ line }) => line)).toEqual([
    'PATCH /api/v2/buckets/id-labs',
    'POST /api/v2/buckets',
    'PATCH /api/v2/buckets/new',
    'POST /api/v2/tasks',
  ]);
  expect(changes()[0]?.body).toEqual({ retentionRules: [{ type: 'expire', everySeconds: 86_400 }] });
});

test('what is as it should be is left alone', async () => {
  const flux = thinningTask(catalogue, 'labs', retention['retention.step']);
  const { store, changes } = scripted({
    'GET /api/v2/buckets?org=acme&name=labs_long': bucket('labs_long', 400 * 86_400),
    'GET /api/v2/buckets?org=acme&name=labs': bucket('labs', 86_400),
    'GET /api/v2/tasks': { tasks: [{ id: 't1', name: 'nestwatch thins out labs', flux }] },
  });
  await setUpV2(store, retention, silentLog);
  expect(changes()).toEqual([]);
});

test('a server without buckets is left alone', async () => {
  const { store, changes } = scripted({});
  await setUpV2(store, retention, silentLog);
  expect(changes()).toEqual([]);
});
