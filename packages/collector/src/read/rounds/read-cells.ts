import { benchmark } from '@nestwatch/proto';
import { quoteText } from '../../influx/influxql.ts';
import type { Cell as QueryCell, Series } from '../../influx/query-answer.ts';
import type { Store } from '../../influx/store.ts';
import type { Cell } from './cell.ts';
import { layerOf } from './read-round.ts';

const FIELDS = [
  'seconds_per_unit',
  'distance_layers',
  'unit',
  'outcome',
  'reason',
  'arguments_hash',
  'disturbances',
  'round',
];

/** For each benchmark of a lab, the results of its newest round in the last 30 days. @throws as Store.query */
export async function readNewestRounds(store: Store, lab: string): Promise<Cell[]> {
  const fields = FIELDS.map((field) => `"${field}"`).join(',');
  const series = await store.query(
    `SELECT ${fields} FROM "${benchmark.name}" WHERE time > now() - 30d AND "lab" = ${quoteText(lab)} GROUP BY *`,
  );
  const all = series.flatMap(({ tags, rows }) => rows.map((row) => toCell(tags, row)));
  const newest = new Map<string, string>();
  for (const { round, benchmark } of all) {
    // Rounds end in their time as ISO 8601, which sorts as text.
    if (round > (newest.get(benchmark) ?? '')) newest.set(benchmark, round);
  }
  return all
    .filter(({ round, benchmark }) => round !== '' && newest.get(benchmark) === round)
    .sort((a, b) => a.timeUs - b.timeUs);
}

function toCell(tags: Series['tags'], row: Readonly<Record<string, QueryCell>>): Cell {
  const number = (name: string) => (typeof row[name] === 'number' ? row[name] : undefined);
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : '');
  const layer = layerOf(tags);
  const secondsPerUnit = number('seconds_per_unit');
  const distanceLayers = number('distance_layers');
  return {
    node: tags['node'] ?? '',
    name: tags['name'] ?? '',
    ...(layer === undefined ? {} : { layer }),
    parent: tags['parent'] ?? '',
    benchmark: tags['benchmark'] ?? '',
    variant: tags['variant'] ?? '',
    target: tags['target'] ?? '',
    ...(secondsPerUnit === undefined ? {} : { secondsPerUnit }),
    ...(distanceLayers === undefined ? {} : { distanceLayers }),
    unit: text('unit'),
    round: text('round'),
    outcome: number('outcome') ?? 0,
    reason: text('reason'),
    argumentsHash: text('arguments_hash'),
    disturbances: text('disturbances'),
    timeUs: Number(row['time']),
  };
}
