import { quoteIdentifier } from '../influxql.ts';
import type { Series } from '../query-answer.ts';
import type { Requests } from '../requests.ts';

/** Measurement with which a database of InfluxDB 1.x is known to be made by nestwatch. */
export const MARK = 'nestwatch_store';

/** What a bucket of InfluxDB 2.x has as its description; a number of seconds stands behind it. */
const DESCRIPTION = 'Made by nestwatch, which deletes here what is older than (s, 0 for nothing): ';

/** A mark is a point, which ends as all points do: it is written again before. */
const MARK_LASTS_US = 86_400_000_000;

export interface Mark {
  /** What nestwatch set last, ms; 0 for ever. */
  readonly keepsMs: number;
  /** µs since 1970. */
  readonly writtenUs: number;
}

/** The mark of a database of 1.x; undefined when nestwatch did not make it. @throws as Store.query */
export async function readMark(
  query: (influxql: string) => Promise<Series[]>,
  database: string,
): Promise<Mark | undefined> {
  const [series] = await query(
    `SELECT keeps_s FROM ${quoteIdentifier(database)}..${MARK} ORDER BY time DESC LIMIT 1`,
  );
  const { keeps_s: seconds, time } = series?.rows[0] ?? {};
  if (typeof seconds !== 'number' || typeof time !== 'number') return undefined;
  return { keepsMs: seconds * 1000, writtenUs: time };
}

/** Whether a mark should be written again, so that it does not expire. */
export function isOld(mark: Mark, nowUs: number): boolean {
  return nowUs - mark.writtenUs > Math.min(MARK_LASTS_US, (mark.keepsMs * 1000) / 2 || MARK_LASTS_US);
}

/** Marks a database of 1.x as made by nestwatch, with the configured retention. @throws as Requests */
export async function writeMark(request: Requests, database: string, keepsMs: number): Promise<void> {
  const path = `/write?db=${encodeURIComponent(database)}`;
  const body = `${MARK} keeps_s=${Math.round(keepsMs / 1000)}i`;
  await request(path, { method: 'POST', body, contentType: 'text/plain; charset=utf-8' });
}

/** The description of a bucket that nestwatch made. */
export function markText(keepsMs: number): string {
  return DESCRIPTION + Math.round(keepsMs / 1000);
}

/** What a bucket's description says was set last, ms; undefined when nestwatch did not write it. */
export function markedMs(description: string | undefined): number | undefined {
  if (!description?.startsWith(DESCRIPTION)) return undefined;
  const seconds = Number(description.slice(DESCRIPTION.length));
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
