import type { Requests } from './requests.ts';
import { type Bucket, sendJson, unlessMissing, unlessRefused } from './v2-api.ts';

/** Under what name InfluxQL reads a bucket of InfluxDB 2.x. */
interface Mapping {
  readonly bucketID: string;
  /** Whether it is the one of its database that counts where no retention policy is named. */
  readonly default?: boolean;
}

/**
 * Whether InfluxQL reads another bucket under a bucket's name: what is written would not be read. `influxd upgrade` makes
 * that of a database of 1.x, a bucket "database/policy" which is mapped to the database.
 * @param id of the bucket; undefined when it is not made yet
 * @returns one line on what to do; undefined when all is well
 */
export async function mappedElsewhere(
  request: Requests,
  orgID: string,
  name: string,
  id: string | undefined,
): Promise<string | undefined> {
  if (name.includes('/'))
    return `InfluxQL cannot read bucket ${name} under its name: rename it, such as to ${name.split('/')[0]}`;
  const counts = (await mappingsOf(request, orgID, name)).find((each) => each.default);
  if (counts === undefined || counts.bucketID === id) return undefined;
  const found = await unlessRefused(
    unlessMissing(request(`/api/v2/buckets/${counts.bucketID}`, { method: 'GET' })),
  );
  const other = (found as Partial<Bucket> | undefined)?.name ?? counts.bucketID;
  return `InfluxQL reads bucket ${other} under the name ${name}: rename that bucket to ${name}, or set INFLUX_BUCKET to another name`;
}

/** From 2.1 on each bucket has a virtual mapping under its own name; before, InfluxQL needs one that is made. */
export async function ensureMapping(
  request: Requests,
  orgID: string,
  database: string,
  bucketID: string,
): Promise<void> {
  if ((await mappingsOf(request, orgID, database)).length > 0) return;
  const mapping = { orgID, bucketID, database, retention_policy: 'autogen', default: true };
  await sendJson(request, 'POST', '/api/v2/dbrps', mapping);
}

async function mappingsOf(request: Requests, orgID: string, database: string): Promise<readonly Mapping[]> {
  const path = `/api/v2/dbrps?orgID=${orgID}&db=${encodeURIComponent(database)}`;
  const found = await unlessRefused(unlessMissing(request(path, { method: 'GET' })));
  return (found as { content?: Mapping[] } | undefined)?.content ?? [];
}
