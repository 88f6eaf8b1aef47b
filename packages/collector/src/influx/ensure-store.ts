import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import type { Dialect } from './dialect.ts';
import { quoteIdentifier } from './influxql.ts';
import type { Requests } from './requests.ts';
import type { InfluxConfig } from './settings.ts';

/**
 * Makes the database (1.x), or the bucket and the mapping that lets InfluxQL read it (2.x), when missing. Servers that
 * take v2 writes without a bucket API (VictoriaMetrics, InfluxDB 1.8) are left as they are.
 */
export async function ensureStore(request: Requests, dialect: Dialect, config: InfluxConfig): Promise<void> {
  if (dialect.api === 'v1') {
    await request(`/query?q=${encodeURIComponent(`CREATE DATABASE ${quoteIdentifier(dialect.store)}`)}`, {
      method: 'POST',
    });
    return;
  }
  const organisations = await unlessMissing(
    request(`/api/v2/orgs?org=${encodeURIComponent(config['influx.org'])}`, { method: 'GET' }),
  );
  if (organisations === undefined) return;
  const orgID = firstId(organisations, 'orgs');
  if (orgID === undefined) {
    throw new RetryableError(
      `InfluxDB has no organisation ${config['influx.org']}: create it or set INFLUX_ORG`,
    );
  }
  const bucketID = await ensureBucket(request, dialect.store, orgID);
  await ensureMapping(request, dialect.store, orgID, bucketID);
}

async function ensureBucket(request: Requests, name: string, orgID: string): Promise<string> {
  const path = `/api/v2/buckets?orgID=${orgID}&name=${encodeURIComponent(name)}`;
  const found = firstId(await unlessMissing(request(path, { method: 'GET' })), 'buckets');
  if (found !== undefined) return found;
  const made = (await postJson(request, '/api/v2/buckets', { orgID, name, retentionRules: [] })) as {
    id?: string;
  };
  if (made?.id === undefined) throw new RetryableError(`InfluxDB did not create bucket ${name}`);
  return made.id;
}

async function ensureMapping(
  request: Requests,
  database: string,
  orgID: string,
  bucketID: string,
): Promise<void> {
  const found = await request(`/api/v2/dbrps?orgID=${orgID}&db=${encodeURIComponent(database)}`, {
    method: 'GET',
  });
  const mappings = (found as { content?: { virtual?: boolean }[] }).content ?? [];
  if (mappings.some((mapping) => mapping.virtual !== true)) return;
  await postJson(request, '/api/v2/dbrps', {
    ...{ orgID, bucketID, database },
    retention_policy: 'autogen',
    default: true,
  });
}

function postJson(request: Requests, path: string, body: unknown): Promise<unknown> {
  return request(path, { method: 'POST', body: JSON.stringify(body), contentType: 'application/json' });
}

async function unlessMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const status = (error as { cause?: { statusCode?: number } }).cause?.statusCode;
    if (error instanceof PermanentError || status === 404 || status === 405) return undefined;
    throw error;
  }
}

function firstId(answer: unknown, list: string): string | undefined {
  const items = (answer as Record<string, { id?: string }[] | undefined> | undefined)?.[list];
  return items?.[0]?.id;
}
