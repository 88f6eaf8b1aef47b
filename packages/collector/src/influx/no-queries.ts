import { PermanentError } from '@nestwatch/common/errors';
import { parseQueryAnswer } from './query-answer.ts';
import type { Requests } from './requests.ts';
import { unlessMissing } from './v2-api.ts';

/** A server that takes points cannot be asked for them. */
export class NoQueriesError extends PermanentError {}

const SAID = 'this server, such as VictoriaMetrics, stores points but does not answer InfluxQL';

/** What such a server does not do: one line for the start. */
export const NO_QUERIES = `${SAID}: points are written, but the lab page, reports, status, alerts, slowdowns and dashboards have no data. Texts are not stored, retention is a setting of the server, and a killed server loses its last seconds`;

/**
 * Whether a server that does not say what it is answers what it is asked. VictoriaMetrics answers whatever it is asked with
 * the same list of databases.
 * @throws RetryableError when it cannot be reached
 */
export async function answersQueries(request: Requests, store: string): Promise<boolean> {
  const question = encodeURIComponent('SHOW MEASUREMENTS LIMIT 1');
  const path = `/query?db=${encodeURIComponent(store)}&q=${question}`;
  const answer = await unlessMissing(request(path, { method: 'GET' }));
  return answer !== undefined && parseQueryAnswer(answer).every(({ name }) => name !== 'databases');
}

/** In place of what asks. @throws NoQueriesError, always */
export async function noQueries(): Promise<never> {
  throw new NoQueriesError(`${SAID}: there is nothing to read`);
}
