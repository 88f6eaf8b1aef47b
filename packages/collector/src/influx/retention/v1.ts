import { parseDuration } from '@nestwatch/common/config/setting';
import type { Log } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import { quoteIdentifier } from '../influxql.ts';
import type { RetentionConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import { continuousQuery, influxDuration, QUERY_PREFIX } from './continuous-queries.ts';
import { longName } from './thinning.ts';

const DAY_MS = 86_400_000;

/** Retention policies and continuous queries of InfluxDB 1.x. Safe to repeat, and to run in several collectors. */
export async function setUpV1(store: Store, config: RetentionConfig, log: Log): Promise<void> {
  const database = store.dialect.store;
  const [rawMs, longMs] = [config['retention.raw'], config['retention.long']];
  const stepMs = config['retention.step'];
  if (!(await isOurs(store, database))) {
    log.warn('the database holds measurements of others, so its retention is left as it is', { database });
  } else if (rawMs > 0) await keepFor(store, database, rawMs, log);
  // Every measurement: those that are rare, such as benchmarks and events, lose nothing by it.
  const queries = catalogue.map((measurement) => continuousQuery(measurement, database, stepMs));
  const wanted = longMs > 0 ? queries : [];
  if (longMs > 0) {
    await store.command(`CREATE DATABASE ${quoteIdentifier(longName(database))}`);
    await keepFor(store, longName(database), longMs, log);
  }
  const existing = await ownQueries(store, database);
  for (const name of existing.filter((each) => !wanted.some((query) => query.name === each))) {
    await store.command(`DROP CONTINUOUS QUERY ${quoteIdentifier(name)} ON ${quoteIdentifier(database)}`);
  }
  const missing = wanted.filter(({ name }) => !existing.includes(name));
  for (const { create } of missing) await store.command(create);
  if (missing.length > 0) log.info('continuous queries are made', { database, queries: missing.length });
}

/** A retention that deletes must not meet data of somebody else. */
async function isOurs(store: Store, database: string): Promise<boolean> {
  const series = await store.query(`SHOW MEASUREMENTS ON ${quoteIdentifier(database)}`);
  return series.every(({ rows }) => rows.every((row) => String(row['name']).startsWith('nestwatch_')));
}

async function keepFor(store: Store, database: string, ms: number, log: Log): Promise<void> {
  const policies = await store.query(`SHOW RETENTION POLICIES ON ${quoteIdentifier(database)}`);
  const policy = policies.flatMap(({ rows }) => rows).find((row) => row['default'] === true);
  if (policy === undefined || goDurationMs(String(policy['duration'])) === ms) return;
  const [name, shard] = [quoteIdentifier(String(policy['name'])), influxDuration(shardMs(ms))];
  await store.command(
    `ALTER RETENTION POLICY ${name} ON ${quoteIdentifier(database)} DURATION ${influxDuration(ms)} SHARD DURATION ${shard}`,
  );
  log.info('retention is set', { database, keeps: influxDuration(ms), before: String(policy['duration']) });
}

/** Expired points go shard by shard: a day's worth, or a week's where they are kept for half a year or longer. */
function shardMs(ms: number): number {
  if (ms >= 180 * DAY_MS) return 7 * DAY_MS;
  return ms >= 2 * DAY_MS ? DAY_MS : Math.max(3_600_000, Math.floor(ms / 2));
}

async function ownQueries(store: Store, database: string): Promise<string[]> {
  const series = await store.query('SHOW CONTINUOUS QUERIES');
  return series
    .filter(({ name }) => name === database)
    .flatMap(({ rows }) => rows.map((row) => String(row['name'])))
    .filter((name) => name.startsWith(QUERY_PREFIX));
}

/** "720h0m0s", as the server shows durations, in ms; "0s" is forever. */
export function goDurationMs(text: string): number {
  const parts = text.match(/\d+(\.\d+)?[hms]/g) ?? [];
  return parts.reduce((sum, part) => sum + (parseDuration(part) ?? 0), 0);
}
