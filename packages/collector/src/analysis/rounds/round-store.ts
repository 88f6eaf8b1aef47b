import { benchmark, COMMON_TAGS } from '@nestwatch/proto';
import { line, tagPart } from '../../influx/points/line.ts';
import type { Store } from '../../influx/store.ts';
import type { RoundResult, Slowdown } from './compare.ts';

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
      `WHERE time > now() - ${LATE_DAYS}d AND "lab" = ${quoted(lab)} AND "benchmark" = ${quoted(name)} ` +
      `AND "round" = ${quoted(round)} GROUP BY *`,
  );
  return series.flatMap(({ tags, rows }) =>
    rows.flatMap((row) => {
      const secondsPerUnit = row['seconds_per_unit'];
      if (typeof secondsPerUnit !== 'number') return [];
      const layer = layerOf(tags);
      const result: StoredResult = {
        ...{ tags, round, secondsPerUnit, timeUs: Number(row['time']) },
        ...{
          node: tags['node'] ?? '',
          parent: tags['parent'] ?? '',
          ...(layer === undefined ? {} : { layer }),
        },
        ...{ variant: tags['variant'] ?? '', target: tags['target'] ?? '' },
        argumentsHash: String(row['arguments_hash'] ?? ''),
        disturbed: typeof row['disturbances'] === 'string' && row['disturbances'] !== '',
      };
      return [result];
    }),
  );
}

/** The rounds of the last day, for whoever was not there when their results came in. @throws as Store.query */
export async function recentRounds(store: Store): Promise<RoundKey[]> {
  const series = await store.query(
    `SELECT "round" FROM "${benchmark.name}" WHERE time > now() - 1d AND "outcome" = 1 GROUP BY "lab","benchmark"`,
  );
  const keys = series.flatMap(({ tags, rows }) =>
    [...new Set(rows.map((row) => row['round']))]
      .filter((round) => typeof round === 'string' && round !== '')
      .map((round) => ({ lab: tags['lab'] ?? '', benchmark: tags['benchmark'] ?? '', round: String(round) })),
  );
  return keys;
}

/** The fields that the collector adds to a result's own point: same tags, same time. */
export function slowdownLine({
  result,
  vsParent,
  vsBase,
  disturbed,
}: Slowdown<StoredResult>): string | undefined {
  const names = [...COMMON_TAGS, ...(benchmark.tags ?? [])].sort();
  const tags = names.map((name) => tagPart(name, result.tags[name] ?? '')).join('');
  const fields = new Map<string, number>();
  if (vsParent !== undefined) fields.set('vs_parent', vsParent);
  if (vsBase !== undefined) fields.set('vs_base', vsBase);
  fields.set('vs_disturbed', disturbed ? 1 : 0);
  return line(benchmark.name + tags, fields, result.timeUs);
}

/** The layer in a point's tags; undefined while it was not known. */
export function layerOf(tags: Readonly<Record<string, string>>): number | undefined {
  const layer = Number(tags['layer'] || Number.NaN);
  return Number.isInteger(layer) ? layer : undefined;
}

/** An InfluxQL string. */
export function quoted(text: string): string {
  return `'${text
    .replace(/\\/g, '\\\\')
    .replace(/'/g, "\\'")
    .replace(/[\n\r]/g, ' ')}'`;
}
