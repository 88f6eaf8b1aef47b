import { messageOf, RetryableError } from '@nestwatch/common/errors';
import type { Requests } from './requests.ts';
import { markText } from './retention/mark.ts';

/** The token has not the right to do what was wanted. */
export class NotAllowedError extends RetryableError {}

const IS_MISSING: ReadonlySet<number> = new Set([400, 404, 405]);
/** Who asks does not have the right. */
const IS_REFUSED: ReadonlySet<number> = new Set([401, 403]);

/** A bucket of InfluxDB 2.x. */
export interface Bucket {
  id: string;
  orgID: string;
  name: string;
  description?: string;
  retentionRules?: { everySeconds?: number }[];
}

/** An organisation by its id; hidden from tokens for single buckets; or there is nothing like it on this server. */
export type Organisation = { readonly id: string } | 'hidden' | 'no such API';

/** @throws RetryableError when the server does not know the organisation, or not the token */
export async function findOrganisation(request: Requests, name: string): Promise<Organisation> {
  const path = `/api/v2/orgs?org=${encodeURIComponent(name)}`;
  try {
    const found = (await request(path, { method: 'GET' })) as { orgs?: { id: string }[] } | undefined;
    return found?.orgs?.[0] ?? 'hidden';
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 && /organization name/.test(String(error))) {
      throw new RetryableError(`InfluxDB has no organisation ${name}: create it or set INFLUX_ORG`, {
        cause: error,
      });
    }
    if (status === 401) {
      throw new RetryableError('InfluxDB refused the token: set INFLUX_TOKEN', { cause: error });
    }
    if (status !== undefined && IS_MISSING.has(status)) return 'no such API';
    throw error;
  }
}

/**
 * The bucket of this name; undefined when there is none that the token may see, and on servers that take v2 writes without
 * having buckets (InfluxDB 1.8, VictoriaMetrics).
 */
export async function findBucket(
  request: Requests,
  organisation: Organisation,
  name: string,
): Promise<Bucket | undefined> {
  const of = typeof organisation === 'string' ? '' : `orgID=${organisation.id}&`;
  const path = `/api/v2/buckets?${of}name=${encodeURIComponent(name)}`;
  const answer = await unlessMissing(request(path, { method: 'GET' }));
  return (answer as { buckets?: Bucket[] } | undefined)?.buckets?.[0];
}

/** Makes a bucket that keeps its points for ever, marked as made by nestwatch. @throws RetryableError when it was not made */
export async function makeBucket(request: Requests, orgID: string, name: string): Promise<Bucket> {
  const body = { orgID, name, description: markText(0), retentionRules: [] };
  const made = (await unlessRefused(sendJson(request, 'POST', '/api/v2/buckets', body))) as
    | Bucket
    | 'refused'
    | undefined;
  if (made === 'refused') {
    throw new NotAllowedError(`bucket ${name} does not exist, and this token may not create it: create it`);
  }
  if (made?.id === undefined) throw new RetryableError(`InfluxDB did not create bucket ${name}`);
  return made;
}

export function sendJson(request: Requests, method: string, path: string, body: unknown): Promise<unknown> {
  return request(path, { method, body: JSON.stringify(body), contentType: 'application/json' });
}

/** An answer; undefined where the server itself says that it does not have what was asked for. */
export async function unlessMissing(answer: Promise<unknown>): Promise<unknown> {
  return unless((status) => IS_MISSING.has(status), answer, undefined);
}

/** An answer; "refused" where the server itself says that this token has not the right. */
export async function unlessRefused(answer: Promise<unknown>): Promise<unknown> {
  return unless(isRefused, answer, 'refused');
}

/** 2.7 says of a task that may not be made that it has an internal error: "failed to create task: unauthorized". */
function isRefused(status: number, error: unknown): boolean {
  return IS_REFUSED.has(status) || (status === 500 && /\bunauthorized\b/.test(messageOf(error)));
}

async function unless(
  is: (status: number, error: unknown) => boolean,
  answer: Promise<unknown>,
  instead: unknown,
) {
  try {
    return await answer;
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && is(status, error)) return instead;
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { cause?: { statusCode?: number } }).cause?.statusCode;
}
