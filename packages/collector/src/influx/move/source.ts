import { UsageError } from '@nestwatch/common/errors';
import { AnswerTooLongError } from '@nestwatch/common/exchange';
import { redact } from '@nestwatch/common/redact';
import { chooseDialect } from '../dialect.ts';
import { quoteIdentifier, quoteText } from '../influxql.ts';
import { parseQueryAnswer, type Series } from '../query-answer.ts';
import { connectInflux } from '../requests.ts';
import { MARK } from '../retention/mark.ts';
import { isOurMeasurement } from '../retention/ownership.ts';
import type { InfluxConfig } from '../settings.ts';
import { fieldTypesOf, isCut } from './answers.ts';

/** What a point of a lab fulfils. */
export const labCondition = (lab: string): string => `"lab" = ${quoteText(lab)}`;

/** A measurement whose points are moved, and how its values are stored. */
export interface Moved {
  readonly measurement: string;
  readonly types: ReadonlyMap<string, FieldType>;
  /** Time of its oldest point, µs since 1970. */
  readonly firstUs: number;
}

export type FieldType = 'float' | 'integer' | 'unsigned' | 'string' | 'boolean';

/** The server from which history is moved. Nothing is changed there. */
export interface Source {
  readonly version: string;
  /** Database or bucket. */
  readonly store: string;
  hasDatabase(name: string): Promise<boolean>;
  /** What of nestwatch a database has, without the mark that it was made by nestwatch. @throws as Store.query */
  measurementsIn(database: string): Promise<Moved[]>;
  /**
   * All points of a measurement in a span, a series for each set of tags; µs since 1970.
   * @returns undefined when there are more than fit in one answer
   */
  read(database: string, measurement: string, fromUs: number, toUs: number): Promise<Series[] | undefined>;
}

/**
 * @param lab the only lab that is moved; all without it
 * @throws RetryableError when no InfluxDB answers, UsageError when it has no such database
 */
export async function openSource(config: InfluxConfig, lab?: string): Promise<Source> {
  const ofLab = lab === undefined ? undefined : labCondition(lab);
  const { version, request } = await connectInflux(config);
  const { store } = chooseDialect(config, version);
  const ask = (influxql: string, database = store) =>
    request(`/query?db=${encodeURIComponent(database)}&epoch=u&q=${encodeURIComponent(influxql)}`, {
      method: 'GET',
    });
  const query = async (influxql: string, database?: string) =>
    parseQueryAnswer(await ask(influxql, database));

  async function hasDatabase(name: string): Promise<boolean> {
    const rows = (await query('SHOW DATABASES')).flatMap((series) => series.rows);
    return rows.some((row) => row['name'] === name);
  }

  async function firstUs(database: string, measurement: string): Promise<number | undefined> {
    const [series] = await query(
      `SELECT * FROM ${quoteIdentifier(measurement)}${ofLab === undefined ? '' : ` WHERE ${ofLab}`} ORDER BY time LIMIT 1`,
      database,
    );
    const time = series?.rows[0]?.['time'];
    return typeof time === 'number' ? time : undefined;
  }

  if (!(await hasDatabase(store))) {
    throw new UsageError(`${redact(config['influx.url'])} has no database or bucket ${store} to move from`);
  }
  return {
    version,
    store,
    hasDatabase,
    async measurementsIn(database) {
      const types = fieldTypesOf(await query('SHOW FIELD KEYS', database));
      const found: Moved[] = [];
      for (const [measurement, each] of types) {
        if (!isOurMeasurement(measurement) || measurement === MARK) continue;
        const first = await firstUs(database, measurement);
        if (first !== undefined) found.push({ measurement, types: each, firstUs: first });
      }
      return found;
    },
    async read(database, measurement, fromUs, toUs) {
      const span = [`time >= ${fromUs}u AND time < ${toUs}u`, ofLab].filter(Boolean).join(' AND ');
      try {
        const answer = await ask(
          `SELECT * FROM ${quoteIdentifier(measurement)} WHERE ${span} GROUP BY *`,
          database,
        );
        return isCut(answer) ? undefined : parseQueryAnswer(answer);
      } catch (error) {
        if (error instanceof Error && error.cause instanceof AnswerTooLongError) return undefined;
        throw error;
      }
    },
  };
}
