import { defined } from '@nestwatch/common/defined';
import { benchmark } from '@nestwatch/proto';
import { quoteText } from '../../influx/influxql.ts';
import type { Store } from '../../influx/store.ts';
import type { RoundResult } from '../result.ts';

/** A result with the tags of its point, for writing to the same point again. */
export interface StoredResult extends RoundResult {
  readonly tags: Readonly<Record<string, string>>;
}

export interface RoundKey {
  readonly lab: string;
  readonly benchmark: string;
  readonly round: string;
}

/** Results of one round may arrive this long after each other, as from a node that was cut off. */
const LATE_DAYS = 7;
const FIELDS = ['seconds_per_unit', 'arguments_hash', 'disturbances'];

/** The measured results of a round, from InfluxDB. @throws as Store.query */
export async function readRound(
  store: Store,
  { lab, benchmark: name, round }: RoundKey,
): Promise<StoredResult[]> {
  const series = await store.query(
    `SELECT ${FIELDS.map((field) => `"${field}"`).join(',')} FROM "${benchmark.name}" ` +
      `WHERE time > now() - ${LATE_DAYS}d AND "lab" = ${quoteText(lab)} AND "benchmark" = ${quoteText(name)} ` +
      `AND "round" = ${quoteText(round)} GROUP BY *`,
  );
  return series.flatMap(({ tags, rows }) =>
    rows.flatMap((row) => {
      const secondsPerUnit = row['seconds_per_unit'];
      if (typeof secondsPerUnit !== 'number') return [];
      const result: StoredResult = defined({
        tags,
        node: tags['node'] ?? '',
        parent: tags['parent'] ?? '',
        layer: layerOf(tags),
        variant: tags['variant'] ?? '',
        target: tags['target'] ?? '',
        round,
        timeUs: Number(row['time']),
        secondsPerUnit,
        argumentsHash: String(row['arguments_hash'] ?? ''),
        disturbances: String(row['disturbances'] ?? ''),
      });
      return [result];
    }),
  );
}

/** The rounds of the last day, for whoever was not there when their results came in. @throws as Store.query */
export async function recentRounds(store: Store): Promise<RoundKey[]> {
  const series = await store.query(
    `SELECT "round" FROM "${benchmark.name}" WHERE time > now() - 1d AND "outcome" = 1 GROUP BY "lab","benchmark"`,
  );
  return series.flatMap(({ tags, rows }) =>
    [...new Set(rows.map((row) => row['round']))]
      .filter((round) => typeof round === 'string' && round !== '')
      .map((round) => ({ lab: tags['lab'] ?? '', benchmark: tags['benchmark'] ?? '', round: String(round) })),
  );
}

/** The layer in a point's tags; undefined while it was not known. */
export function layerOf(tags: Readonly<Record<string, string>>): number | undefined {
  const layer = Number(tags['layer'] || Number.NaN);
  return Number.isInteger(layer) ? layer : undefined;
}
