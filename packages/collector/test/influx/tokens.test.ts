import { expect, test } from 'vitest';
import type { Requests } from '../../src/influx/requests.ts';
import { ensureToken, organisationId } from '../../src/influx/tokens.ts';

const buckets = [
  { id: 'b1', orgID: 'o1', name: 'labs' },
  { id: 'b2', orgID: 'o1', name: 'labs_long' },
];

/** Keeps authorizations as InfluxDB 2.7 does. */
function server(may = true) {
  const kept: { id: string; token: string; status: string; description: string; permissions: object[] }[] =
    [];
  const request: Requests = async (path, { method, body }) => {
    if (!may) throw Object.assign(new Error('no'), { cause: { statusCode: 401 } });
    if (method === 'GET') return { authorizations: kept };
    if (method === 'DELETE')
      return void kept.splice(
        kept.findIndex(({ id }) => path.endsWith(`/${id}`)),
        1,
      );
    const made = {
      id: `a${kept.length}`,
      token: `token${Math.random()}`,
      status: 'active',
      ...JSON.parse(body ?? ''),
    };
    kept.push(made);
    return made;
  };
  return { request, kept };
}

test('a token has the rights of its holder on both buckets and nothing else, and is made once', async () => {
  const { request, kept } = server();
  const token = await ensureToken(request, { orgID: 'o1', buckets, holder: 'grafana', renew: false });
  expect(await ensureToken(request, { orgID: 'o1', buckets, holder: 'grafana', renew: false })).toBe(token);
  expect(kept).toMatchObject([
    {
      token,
      permissions: [
        { action: 'read', resource: { type: 'buckets', id: 'b1', orgID: 'o1' } },
        { action: 'read', resource: { type: 'buckets', id: 'b2', orgID: 'o1' } },
      ],
    },
  ]);
  await ensureToken(request, { orgID: 'o1', buckets, holder: 'collector', renew: false });
  expect(kept[1]?.permissions).toHaveLength(4);
});

test('a new one ends the old one, and so does a bucket that was made anew', async () => {
  const { request, kept } = server();
  const first = await ensureToken(request, { orgID: 'o1', buckets, holder: 'collector', renew: false });
  const second = await ensureToken(request, { orgID: 'o1', buckets, holder: 'collector', renew: true });
  expect(kept.map(({ token }) => token)).toEqual([second]);
  expect(second).not.toBe(first);
  const anew = [{ id: 'b9', orgID: 'o1', name: 'labs' }, ...buckets.slice(1)];
  const third = await ensureToken(request, { orgID: 'o1', buckets: anew, holder: 'collector', renew: false });
  expect(kept.map(({ token }) => token)).toEqual([third]);
});

test('who may not make tokens is told what to give', async () => {
  const { request } = server(false);
  await expect(
    ensureToken(request, { orgID: 'o1', buckets, holder: 'grafana', renew: false }),
  ).rejects.toThrow('may not make tokens: give an all-access token');
  await expect(organisationId(async () => ({ orgs: [] }), 'acme')).rejects.toThrow(
    'may not see organisation acme',
  );
});
