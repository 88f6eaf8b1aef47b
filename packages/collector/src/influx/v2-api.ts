import { RetryableError } from '@nestwatch/common/errors';
import type { Requests } from './requests.ts';

const IS_MISSING: ReadonlySet<number> = new Set([400, 404, 405]);

/** A bucket of InfluxDB 2.x. */
export interface Bucket {
  id: string;
  orgID: string;
  name: string;
  retentionRules?: { everySeconds?: number }[];
}

/**
 * The bucket of this name; undefined when there is none, and on servers that take v2 writes without having buckets
 * (InfluxDB 1.8, VictoriaMetrics).
 * @param org which organisation's, as a query has it: `org=<name>` or `orgID=<id>`
 */
export async function findBucket(request: Requests, org: string, name: string): Promise<Bucket | undefined> {
  const path = `/api/v2/buckets?${org}&name=${encodeURIComponent(name)}`;
  const answer = await unlessMissing(request(path, { method: 'GET' }));
  return (answer as { buckets?: Bucket[] } | undefined)?.buckets?.[0];
}

/** @throws RetryableError when the server did not make it */
export async function makeBucket(request: Requests, orgID: string, name: string): Promise<Bucket> {
  const body = { orgID, name, retentionRules: [] };
  const made = (await sendJson(request, 'POST', '/api/v2/buckets', body)) as Bucket | undefined;
  if (made?.id === undefined) throw new RetryableError(`InfluxDB did not create bucket ${name}`);
  return made;
}

export function sendJson(request: Requests, method: string, path: string, body: unknown): Promise<unknown> {
  return request(path, { method, body: JSON.stringify(body), contentType: 'application/json' });
}

/** An answer; undefined where the server itself says that it does not have what was asked for. */
export async function unlessMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const status = (error as { cause?: { statusCode?: number } }).cause?.statusCode;
    if (status !== undefined && IS_MISSING.has(status)) return undefined;
    throw error;
  }
}
