import { setTimeout as sleep } from 'node:timers/promises';
import type { Given, Question, Route, Said } from './given.ts';
import { RECORDED } from './recorded.ts';

const FILES_A_DAY = 144;
const DAY_S = 86_400;
const LINE_FEED = 0x0a;

/** InfluxDB 3 Core 3.10: without organisations, buckets, mappings and tasks, and slow to answer writes. */
export const answer3: Route = (question, given) => {
  const { pathname } = question.url;
  if (pathname === '/ping') return { status: 200, body: { version: given.version, revision: '0000000' } };
  if (pathname === '/api/v2/write') return write(question, given);
  if (pathname === '/query') return query(question, given);
  if (pathname === '/api/v3/configure/database' && question.method === 'POST') return make(question, given);
  return { status: 404, body: 'not found' };
};

function make({ body }: Question, { databases }: Given): Said {
  const { db } = JSON.parse(body.toString('utf8')) as { db: string };
  if (databases.has(db)) return { status: 409, body: 'attempted to create a resource that already exists' };
  databases.add(db);
  return { status: 200, body: '' };
}

/** Is answered at the next flush of its log. Lines are counted, and not looked at: a second's are many. */
async function write({ url, body }: Question, given: Given): Promise<Said> {
  given.databases.add(url.searchParams.get('bucket') ?? '');
  given.writing += 1;
  given.mostWriting = Math.max(given.mostWriting, given.writing);
  const { flushEveryMs } = given;
  if (flushEveryMs > 0) await sleep(flushEveryMs - (Date.now() % flushEveryMs));
  given.writing -= 1;
  for (let at = body.indexOf(LINE_FEED); at >= 0; at = body.indexOf(LINE_FEED, at + 1)) given.points += 1;
  if (body.at(-1) !== LINE_FEED) given.points += 1;
  return { status: 204 };
}

function query({ url }: Question, { databases, mostDays }: Given): Said {
  const [name, q] = [url.searchParams.get('db') ?? '', url.searchParams.get('q') ?? ''];
  if (!databases.has(name)) return { status: 404, body: RECORDED.noDatabase3(name) };
  const days = daysOf(q);
  if (days > mostDays) {
    return { status: 500, body: RECORDED.fileLimit(Math.min(432, Math.ceil(days * FILES_A_DAY))) };
  }
  return { status: 200, body: { results: [{ statement_id: 0 }] } };
}

/** How far apart the bounds of a query are; for ever without one. */
function daysOf(q: string): number {
  if (!q.startsWith('SELECT')) return 0;
  const seconds = (text: string) => {
    const [, ago, us] = /^(?:now\(\) - (\d+)s|(\d+)u)$/.exec(text) ?? [];
    return ago === undefined ? Number(us) / 1e6 : Date.now() / 1000 - Number(ago);
  };
  const bounds = (sign: string) =>
    [...q.matchAll(new RegExp(`time ${sign}=? ((?:now\\(\\) - \\d+s)|\\d+u)`, 'g'))].map(([, each = '']) =>
      seconds(each),
    );
  const [from, to] = [Math.max(...bounds('>')), Math.min(Date.now() / 1000, ...bounds('<'))];
  return (to - from) / DAY_S;
}
