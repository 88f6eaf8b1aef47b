import { createHash } from 'node:crypto';
import { formatDuration } from '@nestwatch/common/config/setting';
import type { Measurement } from '@nestwatch/proto';
import { quoteIdentifier } from '../influxql.ts';
import { aggregateOf, longName } from './thinning.ts';

/** Continuous queries of ours in a database are known by this prefix. */
export const QUERY_PREFIX = 'nestwatch_thin_';

/** Names of 0.1.0, which also set the retention, do not end so. */
const SINCE_SECOND_RELEASE = '_2';

/** Whether 0.1.0 made a continuous query of ours, by its name. */
export function isQueryOfFirstRelease(name: string): boolean {
  return name.startsWith(QUERY_PREFIX) && !name.endsWith(SINCE_SECOND_RELEASE);
}

/**
 * A continuous query of InfluxDB 1.x ("Continuous Queries", advanced syntax). It runs after each step and goes over the
 * last two again, so that points that arrive a little late are in. Its name changes whenever what it does changes.
 */
export function continuousQuery(measurement: Measurement, database: string, stepMs: number) {
  const [step, twice] = [influxDuration(stepMs), influxDuration(2 * stepMs)];
  const select = selectInto(measurement, database, stepMs);
  const digest = createHash('sha256').update(`${step} ${select}`).digest('hex').slice(0, 8);
  const name = `${QUERY_PREFIX}${measurement.name}_${digest}${SINCE_SECOND_RELEASE}`;
  const how = `RESAMPLE EVERY ${step} FOR ${twice} BEGIN ${select} END`;
  const create = `CREATE CONTINUOUS QUERY ${quoteIdentifier(name)} ON ${quoteIdentifier(database)} ${how}`;
  return { name, create };
}

/** Thins out a span of the past once, for points that came later than the continuous queries look back. Times in µs. */
export function thinOnce(
  measurement: Measurement,
  database: string,
  stepMs: number,
  fromUs: number,
  toUs: number,
): string {
  return selectInto(measurement, database, stepMs, `WHERE time >= ${fromUs}u AND time < ${toUs}u `);
}

function selectInto(measurement: Measurement, database: string, stepMs: number, where = ''): string {
  const columns = measurement.fields.map((field) => {
    const name = quoteIdentifier(field.name);
    return `${aggregateOf(field)}(${name}) AS ${name}`;
  });
  const table = quoteIdentifier(measurement.name);
  const into = `${quoteIdentifier(longName(database))}.."${measurement.name}"`;
  const from = `${quoteIdentifier(database)}..${table}`;
  return `SELECT ${columns.join(', ')} INTO ${into} FROM ${from} ${where}GROUP BY time(${influxDuration(stepMs)}), *`;
}

/** "10m" and its like, in whole seconds. */
export function influxDuration(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / 1000)) * 1000);
}
