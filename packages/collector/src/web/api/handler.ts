import type { Clock } from '@nestwatch/common/clock';
import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import type { HistoryReader } from '../../read/query.ts';
import { SECURITY_HEADERS } from '../security.ts';
import type { Handler } from '../server.ts';
import { OPENAPI_PATH, openapi } from './openapi.ts';
import { type Route, routes } from './routes.ts';

const PREFIX = '/api/v1/';
const MOST_HOURS = 9600;

interface ApiOptions {
  /** Undefined while InfluxDB has not answered yet. */
  readonly store: () => HistoryReader | undefined;
  readonly clock: Pick<Clock, 'wallUs'>;
}

/** Answers /api/v1, and has another handler answer all else. */
export function withApi(options: ApiOptions, others: Handler): Handler {
  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith(PREFIX)) return others(request, response);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const { status, body } = await answerTo(options, url);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify(body)}\n`);
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refused = (status: number, error: string): Answer => ({ status, body: { error } });

async function answerTo({ store, clock }: ApiOptions, url: URL): Promise<Answer> {
  if (url.pathname === OPENAPI_PATH) return { status: 200, body: openapi() };
  const found = routeTo(url.pathname);
  if (found === undefined) return refused(404, `unknown path: see ${OPENAPI_PATH}`);
  const { route, lab = '', node = '' } = found;
  const hours = hoursIn(url, route);
  if (hours === null) return refused(400, `hours: give a number up to ${MOST_HOURS}`);
  const reader = store();
  if (reader === undefined) return refused(503, 'InfluxDB has not answered yet');
  try {
    const body = await route.answer({ store: reader, nowUs: clock.wallUs(), lab, node, hours });
    return body === undefined ? refused(404, 'unknown lab or machine') : { status: 200, body };
  } catch (error) {
    if (error instanceof RetryableError || error instanceof PermanentError)
      return refused(503, error.message);
    throw error;
  }
}

/** Null for what is no number of hours. */
function hoursIn(url: URL, route: Route): number | undefined | null {
  const given = url.searchParams.get('hours');
  if (given === null || route.hours === undefined) return undefined;
  const hours = given.trim() === '' ? Number.NaN : Number(given);
  return hours > 0 && hours <= MOST_HOURS ? hours : null;
}

/** The route of a path, with the ids that stand in it; undefined where there is none, or one is no id. */
function routeTo(pathname: string): { route: Route; lab?: string; node?: string } | undefined {
  const parts = pathname.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    const fits = wanted.every((part, at) =>
      part.startsWith('{') ? ID_PATTERN.test(parts[at] ?? '') : part === parts[at],
    );
    if (!fits) continue;
    const named = wanted.flatMap((part, at) =>
      part.startsWith('{') ? [[part.slice(1, -1), parts[at] ?? ''] as const] : [],
    );
    return { route, ...Object.fromEntries(named) };
  }
  return undefined;
}
