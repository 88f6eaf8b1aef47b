import type { Given, Question, Route, Said } from './given.ts';
import { judgeLines } from './judge-lines.ts';
import { RECORDED } from './recorded.ts';
import { query } from './version-1.ts';

const ORG_ID = '0a0a0a0a0a0a0a0a';
const MISSING = { code: 'not found', message: 'path not found' };

/** InfluxDB 2.7.12. A token for one bucket sees no organisation; a mapping of each bucket is there by itself. */
export const answer2: Route = (question, given) => {
  const { pathname } = question.url;
  if (pathname === '/ping') return { status: 204 };
  if (given.rights === 'none') return { status: 401, body: RECORDED.wrongToken };
  const named = question.url.searchParams.get('org');
  if (named !== null && named !== given.organisation)
    return { status: 404, body: RECORDED.wrongOrganisation(named) };
  return ANSWERS[pathname]?.(question, given) ?? { status: 404, body: MISSING };
};

const ANSWERS: Readonly<Record<string, (question: Question, given: Given) => Said>> = {
  '/api/v2/orgs': (_, { rights, organisation }) => ({
    status: 200,
    body: { orgs: rights === 'all' ? [{ id: ORG_ID, name: organisation }] : [] },
  }),
  '/api/v2/buckets': buckets,
  '/api/v2/dbrps': ({ url }) => ({
    status: 200,
    body: { content: [{ database: url.searchParams.get('db'), retention_policy: 'autogen', virtual: true }] },
  }),
  '/api/v2/tasks': () => ({ status: 200, body: { tasks: [] } }),
  '/api/v2/write': write,
  '/query': ({ url }, given) => ({ status: 200, body: query(url.searchParams.get('q') ?? '', given) }),
};

function buckets({ method, url, body }: Question, given: Given): Said {
  if (method === 'POST') {
    const { name } = JSON.parse(body.toString('utf8')) as { name: string };
    if (given.rights !== 'all') {
      return { status: 403, body: { code: 'forbidden', message: 'write:orgs/… is unauthorized' } };
    }
    given.databases.add(name);
    return { status: 201, body: bucket(name) };
  }
  const name = url.searchParams.get('name') ?? '';
  return { status: 200, body: { buckets: given.databases.has(name) ? [bucket(name)] : [] } };
}

/** As one that was there: without a description. */
function bucket(name: string) {
  return { id: Buffer.from(name).toString('hex').slice(0, 16), orgID: ORG_ID, name, retentionRules: [] };
}

function write({ url, body }: Question, given: Given): Said {
  const name = url.searchParams.get('bucket') ?? '';
  if (!given.databases.has(name)) return { status: 404, body: RECORDED.noBucket(name) };
  const { unparsed, expired, conflicts } = judgeLines(body, given);
  const [[old], [conflict]] = [expired, conflicts];
  if (unparsed !== undefined)
    return { status: 400, body: { code: 'invalid', message: RECORDED.parse(unparsed) } };
  if (conflict !== undefined) {
    const { field, measurement, type, stored } = conflict;
    const words = RECORDED.conflict(field, measurement, type, stored, conflicts.length);
    const message = `failure writing points to database: ${words}`;
    return { status: 422, body: { code: 'unprocessable entity', message } };
  }
  if (old === undefined) return { status: 204 };
  const hours = given.keepsMs / 3_600_000;
  return { status: 422, body: RECORDED.expired2(expired.length, old.series, hours, old.atMs) };
}
