import { parseDuration } from '@nestwatch/common/config/setting';
import { catalogue } from '@nestwatch/proto';
import { ensureDatabase } from '../ensure-store.ts';
import { quoteIdentifier } from '../influxql.ts';
import type { RetentionConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import {
  continuousQuery,
  influxDuration,
  isQueryOfFirstRelease,
  QUERY_PREFIX,
} from './continuous-queries.ts';
import { isOld, type Mark, readMark, writeMark } from './mark.ts';
import { decideRetention, isOurMeasurement } from './ownership.ts';
import type { Saying } from './saying.ts';
import { shardMs } from './shards.ts';
import { longName } from './thinning.ts';

/**
 * Retention policies and continuous queries of InfluxDB 1.x. Safe to repeat, and to run in several collectors.
 * @param ours databases that an earlier call found to be nestwatch's: one that somebody dropped and made again since then still
 *   is. This call adds what it finds, also where it then fails
 */
export async function setUpV1(
  store: Store,
  config: RetentionConfig,
  saying: Saying,
  nowUs: number,
  ours: Set<string>,
): Promise<void> {
  const database = store.dialect.store;
  const existing = await ownQueries(store, database);
  const isOfFirstRelease = existing.some(isQueryOfFirstRelease);
  const keep = async (name: string, wantedMs: number) => {
    const isOurs = isOfFirstRelease || ours.has(name);
    const wish = { wantedMs, adopt: config['retention.adopt'], isOurs, nowUs };
    // While somebody drops it and makes it again there is a moment without a policy: it stays what it was.
    if (await keepFor(store, name, wish, saying)) ours.add(name);
  };
  await keep(database, config['retention.raw']);
  if (config['retention.long'] > 0) {
    await ensureDatabase(store.request, longName(database));
    await keep(longName(database), config['retention.long']);
  }
  await keepQueries(store, config, existing, saying);
}

/** Every measurement: those that are rare, such as benchmarks and events, lose nothing by it. */
async function keepQueries(store: Store, config: RetentionConfig, existing: string[], { log }: Saying) {
  const database = store.dialect.store;
  const queries = catalogue.map((each) => continuousQuery(each, database, config['retention.step']));
  const wanted = config['retention.long'] > 0 ? queries : [];
  for (const name of existing.filter((each) => !wanted.some((query) => query.name === each))) {
    await store.command(`DROP CONTINUOUS QUERY ${quoteIdentifier(name)} ON ${quoteIdentifier(database)}`);
  }
  const missing = wanted.filter(({ name }) => !existing.includes(name));
  for (const { create } of missing) await store.command(create);
  if (missing.length > 0) log.info('continuous queries are made', { database, queries: missing.length });
}

interface Wish {
  readonly wantedMs: number;
  readonly adopt: boolean;
  /** Whether it is nestwatch's, even without a mark. */
  readonly isOurs: boolean;
  readonly nowUs: number;
}

/** @returns whether the database is nestwatch's */
async function keepFor(store: Store, database: string, wish: Wish, { log, warn }: Saying): Promise<boolean> {
  const policies = await store.query(`SHOW RETENTION POLICIES ON ${quoteIdentifier(database)}`);
  const policy = policies.flatMap(({ rows }) => rows).find((row) => row['default'] === true);
  if (policy === undefined) return false;
  const keepsMs = goDurationMs(String(policy['duration']));
  const mark = await readMark(store.query, database);
  const markedMs = mark?.keepsMs ?? (wish.isOurs ? keepsMs : undefined);
  const kept = { name: database, keepsMs, markedMs, others: await othersIn(store, database) };
  const { setMs, markMs, warning } = decideRetention(kept, wish.wantedMs, wish.adopt);
  warn(database, warning);
  if (setMs !== undefined) {
    await store.command(alter(database, String(policy['name']), setMs));
    log.info('retention is set', {
      database,
      keeps: setMs === 0 ? 'for ever' : influxDuration(setMs),
      before: String(policy['duration']),
    });
  }
  const toMark = markMs ?? (markedMs !== undefined && isStale(mark, wish) ? markedMs : undefined);
  if (toMark !== undefined) await writeMark(store.request, database, toMark);
  return (toMark ?? markedMs) !== undefined;
}

const isStale = (mark: Mark | undefined, { nowUs }: Wish) => mark === undefined || isOld(mark, nowUs);

function alter(database: string, policy: string, ms: number): string {
  const where = `${quoteIdentifier(policy)} ON ${quoteIdentifier(database)}`;
  const [duration, shard] = [ms === 0 ? 'INF' : influxDuration(ms), influxDuration(shardMs(ms))];
  return `ALTER RETENTION POLICY ${where} DURATION ${duration} SHARD DURATION ${shard}`;
}

async function othersIn(store: Store, database: string): Promise<string[]> {
  const series = await store.query(`SHOW MEASUREMENTS ON ${quoteIdentifier(database)}`);
  const names = series.flatMap(({ rows }) => rows.map((row) => String(row['name'])));
  return names.filter((name) => !isOurMeasurement(name));
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
