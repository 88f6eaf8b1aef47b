import { RetryableError } from '@nestwatch/common/errors';
import type { Dialect } from './dialect.ts';
import { quoteIdentifier } from './influxql.ts';
import { ensureMapping, mappedElsewhere } from './mapping.ts';
import { parseQueryAnswer } from './query-answer.ts';
import type { Requests } from './requests.ts';
import { writeMark } from './retention/mark.ts';
import type { InfluxConfig } from './settings.ts';
import { findBucket, findOrganisation, makeBucket } from './v2-api.ts';
import { ensureDatabase3 } from './v3-api.ts';

/**
 * Makes the database (1.x), or the bucket and the mapping that lets InfluxQL read it (2.x), when missing, and marks it as
 * made by nestwatch; or the database of InfluxDB 3. Other servers that take v2 writes without a bucket API (VictoriaMetrics,
 * InfluxDB 1.8) are left as they are.
 * @throws RetryableError with what is missing
 */
export async function ensureStore(request: Requests, dialect: Dialect, config: InfluxConfig): Promise<void> {
  if (dialect.api === 'v1') return void (await ensureDatabase(request, dialect.store));
  const org = config['influx.org'];
  const organisation = await findOrganisation(request, org);
  if (organisation === 'no such API') return ensureDatabase3(request, dialect.store, config);
  const bucket = await findBucket(request, organisation, dialect.store);
  const orgID = bucket?.orgID ?? (organisation === 'hidden' ? undefined : organisation.id);
  if (orgID === undefined) {
    throw new RetryableError(
      `this token cannot see a bucket ${dialect.store} in organisation ${org} and may not create one: create it, or set INFLUX_BUCKET, INFLUX_ORG or INFLUX_TOKEN`,
    );
  }
  const wrong = await mappedElsewhere(request, orgID, dialect.store, bucket?.id);
  if (wrong !== undefined) throw new RetryableError(wrong);
  const { id } = bucket ?? (await makeBucket(request, orgID, dialect.store));
  await ensureMapping(request, orgID, dialect.store, id);
}

/** Makes a database of 1.x when it is missing. @returns whether it was. @throws RetryableError when that cannot be done */
export async function ensureDatabase(request: Requests, name: string): Promise<boolean> {
  const ask = async (method: string, statement: string) => {
    const answer = await request(`/query?q=${encodeURIComponent(statement)}`, { method });
    if (!Array.isArray((answer as { results?: unknown } | undefined)?.results))
      throw new RetryableError(`what answers ${statement} is not InfluxDB: it has no results`);
    return answer;
  };
  const databases = parseQueryAnswer(await ask('GET', 'SHOW DATABASES')).flatMap(({ rows }) => rows);
  if (databases.some((row) => row['name'] === name)) return false;
  // Who may not make it, and says so, may find that it is there.
  await ask('POST', `CREATE DATABASE ${quoteIdentifier(name)}`);
  await writeMark(request, name, 0);
  return true;
}
