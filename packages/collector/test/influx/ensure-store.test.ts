import { RetryableError } from '@nestwatch/common/errors';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { describe, expect, test } from 'vitest';
import { chooseDialect } from '../../src/influx/dialect.ts';
import { ensureStore } from '../../src/influx/ensure-store.ts';
import type { Requests } from '../../src/influx/requests.ts';

/**
 * InfluxDB 2.x is in no distribution, so its bucket API stands here as documented ("InfluxDB OSS API", /orgs, /buckets
 * and /dbrps); the 1.x side is tested against the real server in test/e2e.
 */
function documentedApi(state: { orgs: string[]; buckets: string[]; mappings: string[] }) {
  const asked: string[] = [];
  const request: Requests = async (path, { method, body }) => {
    asked.push(`${method} ${path.split('?')[0]}`);
    const given = body === undefined ? {} : (JSON.parse(body) as { name?: string; database?: string });
    if (path.startsWith('/api/v2/orgs')) return { orgs: state.orgs.map((id) => ({ id })) };
    if (path === '/api/v2/buckets') return { id: `made-${given.name}` };
    if (path.startsWith('/api/v2/buckets'))
      return { buckets: state.buckets.map((id) => ({ id, orgID: 'o1' })) };
    if (path === '/api/v2/dbrps') return {};
    return { content: state.mappings.map(() => ({ virtual: false })) };
  };
  return { asked, request };
}

const config = influxConfig({ INFLUX_BUCKET: 'labs' });
const dialect = chooseDialect(config, 'v2.7.1');

describe('on 2.x', () => {
  test('a missing bucket and mapping are made', async () => {
    const { asked, request } = documentedApi({ orgs: ['o1'], buckets: [], mappings: [] });
    await ensureStore(request, dialect, config);
    expect(asked).toContain('POST /api/v2/buckets');
    expect(asked).toContain('POST /api/v2/dbrps');
  });

  test('what is there is left as it is', async () => {
    const { asked, request } = documentedApi({ orgs: ['o1'], buckets: ['b1'], mappings: ['m1'] });
    await ensureStore(request, dialect, config);
    expect(asked.filter((each) => each.startsWith('POST'))).toEqual([]);
  });

  test('a missing organisation is an error that names it', async () => {
    const request: Requests = () =>
      Promise.reject(
        new RetryableError('answered 404: organization name "nestwatch" not found', {
          cause: { statusCode: 404 },
        }),
      );
    await expect(ensureStore(request, dialect, config)).rejects.toThrow(/no organisation nestwatch/);
  });

  test('a token for one bucket, which sees no organisation, will do', async () => {
    const { asked, request } = documentedApi({ orgs: [], buckets: ['b1'], mappings: ['virtual'] });
    await ensureStore(request, dialect, config);
    expect(asked.filter((each) => each.startsWith('POST'))).toEqual([]);
    const without = documentedApi({ orgs: [], buckets: [], mappings: [] });
    await expect(ensureStore(without.request, dialect, config)).rejects.toThrow(
      /cannot see a bucket labs in organisation nestwatch and may not create one/,
    );
  });

  test('a token that the server does not know is named', async () => {
    const request: Requests = () =>
      Promise.reject(new RetryableError('answered 401: unauthorized', { cause: { statusCode: 401 } }));
    await expect(ensureStore(request, dialect, config)).rejects.toThrow(/refused the token/);
  });

  test('a server without a bucket API is left as it is', async () => {
    const request: Requests = () =>
      Promise.reject(new RetryableError('not found', { cause: { statusCode: 404 } }));
    await expect(ensureStore(request, dialect, config)).resolves.toBeUndefined();
  });
});
