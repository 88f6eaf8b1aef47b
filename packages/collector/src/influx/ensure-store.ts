import { RetryableError } from '@nestwatch/common/errors';
import type { Dialect } from './dialect.ts';
import { quoteIdentifier } from './influxql.ts';
import type { Requests } from './requests.ts';
import type { InfluxConfig } from './settings.ts';
import { findBucket, makeBucket, sendJson, unlessMissing } from './v2-api.ts';

/**
 * Makes the database (1.x), or the bucket and the mapping that lets InfluxQL read it (2.x), when missing. Servers that
 * take v2 writes without a bucket API (VictoriaMetrics, InfluxDB 1.8) are left as they are.
 */
export async function ensureStore(request: Requests, dialect: Dialect, config: InfluxConfig): Promise<void> {
  if (dialect.api === 'v1') {
    const statement = encodeURIComponent(`CREATE DATABASE ${quoteIdentifier(dialect.store)}`);
    const answer = await request(`/query?q=${statement}`, { method: 'POST' });
    // Who may not make it, and says so, may find that it is there.
    if (!Array.isArray((answer as { results?: unknown } | undefined)?.results))
      throw new RetryableError('what answers CREATE DATABASE is not InfluxDB: it has no results');
    return;
  }
  const org = config['influx.org'];
  const path = `/api/v2/orgs?org=${encodeURIComponent(org)}`;
  const organisations = await unlessMissing(request(path, { method: 'GET' }));
  if (organisations === undefined) return;
  const orgID = (organisations as { orgs?: { id: string }[] }).orgs?.[0]?.id;
  if (orgID === undefined) {
    throw new RetryableError(`InfluxDB has no organisation ${org}: create it or set INFLUX_ORG`);
  }
  const bucket =
    (await findBucket(request, `orgID=${orgID}`, dialect.store)) ??
    (await makeBucket(request, orgID, dialect.store));
  await ensureMapping(request, dialect.store, orgID, bucket.id);
}

async function ensureMapping(request: Requests, database: string, orgID: string, bucketID: string) {
  const path = `/api/v2/dbrps?orgID=${orgID}&db=${encodeURIComponent(database)}`;
  const found = await request(path, { method: 'GET' });
  const mappings = (found as { content?: { virtual?: boolean }[] }).content ?? [];
  if (mappings.some((mapping) => mapping.virtual !== true)) return;
  const mapping = { orgID, bucketID, database, retention_policy: 'autogen', default: true };
  await sendJson(request, 'POST', '/api/v2/dbrps', mapping);
}
