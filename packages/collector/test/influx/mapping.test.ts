import { RetryableError } from '@nestwatch/common/errors';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { expect, test } from 'vitest';
import { chooseDialect } from '../../src/influx/dialect.ts';
import { ensureStore } from '../../src/influx/ensure-store.ts';
import type { Requests } from '../../src/influx/requests.ts';

/** InfluxDB 2.7 with these buckets, id and name, and one mapping, as it was seen to answer after an upgrade from 1.x. */
function upgraded(buckets: Readonly<Record<string, string>>, bucketID: string) {
  const asked: string[] = [];
  const request: Requests = async (path, { method }) => {
    asked.push(`${method} ${path.split('?')[0]}`);
    const query = new URL(path, 'http://h').searchParams;
    if (path.startsWith('/api/v2/orgs')) return { orgs: [{ id: 'o1' }] };
    if (path.startsWith('/api/v2/dbrps')) return { content: [{ bucketID, default: true, virtual: false }] };
    const found = Object.entries(buckets).find(
      ([id, name]) => query.get('name') === name || path.endsWith(id),
    );
    const bucket = found && { id: found[0], orgID: 'o1', name: found[1] };
    return query.has('name') ? { buckets: bucket === undefined ? [] : [bucket] } : bucket;
  };
  return { asked, request };
}

const open = (request: Requests, bucket: string) => {
  const config = influxConfig({ INFLUX_BUCKET: bucket });
  return ensureStore(request, chooseDialect(config, 'v2.7.12'), config);
};

test('where InfluxQL reads another bucket under the name, none is made, and one line says what to do', async () => {
  const { asked, request } = upgraded({ b1: 'nestwatch/autogen' }, 'b1');
  await expect(open(request, 'nestwatch')).rejects.toThrow(RetryableError);
  await expect(open(request, 'nestwatch')).rejects.toThrow(
    'InfluxQL reads bucket nestwatch/autogen under the name nestwatch: rename that bucket to nestwatch',
  );
  await expect(open(request, 'nestwatch/autogen')).rejects.toThrow('rename it, such as to nestwatch');
  expect(asked.filter((each) => !each.startsWith('GET'))).toEqual([]);
});

test('once it is renamed, all is well', async () => {
  const { asked, request } = upgraded({ b1: 'nestwatch' }, 'b1');
  await open(request, 'nestwatch');
  expect(asked.filter((each) => !each.startsWith('GET'))).toEqual([]);
});

test('a bucket of this name that was made beside it is not written to either', async () => {
  const { request } = upgraded({ b1: 'nestwatch/autogen', b2: 'nestwatch' }, 'b1');
  await expect(open(request, 'nestwatch')).rejects.toThrow('under the name nestwatch');
});
