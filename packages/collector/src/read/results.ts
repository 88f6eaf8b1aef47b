import { defined } from '@nestwatch/common/defined';
import { benchmark, v1 } from '@nestwatch/proto';
import { numberIn, positionIn, type Row, type Tags, textIn, timeIn } from './cells.ts';
import { readEnvironments } from './environment.ts';
import { DAY_MS } from './nodes.ts';
import { ask, before, equals, fields, type Query, type Reader, since, within } from './query.ts';
import type { Cell, Comparable, Outcome, Result, RoundResult, StreamId } from './result.ts';

/** Results by lab. */
export type ResultsByLab = Map<string, Result[]>;

const QUERY: Query = {
  select: fields('seconds_per_unit', 'unit', 'outcome', 'round', 'reason', 'arguments_hash', 'disturbances'),
  from: benchmark.name,
};

/** Which results are read: by default those of all labs up to now. Times in µs since 1970. */
export interface Bounds {
  readonly lab?: string;
  /** Results that stand at it are left out. */
  readonly toUs?: number;
}

/** Reads benchmark results that stand at or after a time, µs since 1970, with the environments beside them. */
export async function readBenchmarks(
  store: Reader,
  fromUs: number,
  { lab, toUs }: Bounds = {},
): Promise<ResultsByLab> {
  const where = [
    since(fromUs),
    ...(toUs === undefined ? [] : [before(toUs)]),
    ...(lab === undefined ? [] : [equals('lab', lab)]),
  ];
  const [results, environmentAt] = await Promise.all([
    ask(store, { ...QUERY, where, by: ['lab', 'node', 'benchmark', 'variant', 'target'] }),
    readEnvironments(store, where),
  ]);
  const found: ResultsByLab = new Map();
  for (const { tags, rows } of results) {
    const list = listOf(found, tags);
    for (const row of rows) {
      list.push({ ...outcomeIn(tags, row), ...defined({ environment: environmentAt(tags, row) }) });
    }
  }
  return found;
}

/** Results that one node has of one benchmark, variant and target, newest first. */
export interface NewestResults extends StreamId, Pick<Result, 'node'> {
  readonly results: readonly (Comparable & Outcome)[];
}

/** The newest results of every benchmark on every node of a lab, at most this many of each. @param span conditions on time */
export async function readNewestResults(
  store: Reader,
  lab: string,
  span: readonly (string | undefined)[],
  most: number,
): Promise<NewestResults[]> {
  const where = [equals('lab', lab), ...span];
  const by = ['node', 'benchmark', 'variant', 'target'];
  const series = await ask(store, { ...QUERY, where, by, newest: most });
  return series.map(({ tags, rows }) => ({
    ...streamIn(tags),
    results: rows.map((row) => outcomeIn(tags, row)),
  }));
}

/** For each benchmark of a lab, the results of its newest round in the last 30 days. @throws as Store.query */
export async function readNewestRounds(store: Reader, lab: string): Promise<Cell[]> {
  const series = await ask(store, {
    ...QUERY,
    select: [...QUERY.select, ...fields('distance_layers')],
    where: [within(30 * DAY_MS), equals('lab', lab)],
    by: ['*'],
  });
  const all = series.flatMap(({ tags, rows }) =>
    rows.map(
      (row): Cell =>
        defined({
          ...outcomeIn(tags, row),
          ...positionTags(tags),
          name: tags['name'] ?? '',
          distanceLayers: numberIn(row, 'distance_layers'),
        }),
    ),
  );
  const newest = new Map<string, string>();
  for (const { round, benchmark: name } of all) {
    // Rounds end in their time as ISO 8601, which sorts as text.
    if (round > (newest.get(name) ?? '')) newest.set(name, round);
  }
  return all
    .filter(({ round, benchmark: name }) => round !== '' && newest.get(name) === round)
    .sort((a, b) => a.timeUs - b.timeUs);
}

/** A result with the tags of its point, for writing to the same point again. */
export interface StoredResult extends RoundResult {
  readonly tags: Tags;
}

export interface RoundKey {
  readonly lab: string;
  readonly benchmark: string;
  readonly round: string;
}

/** Results of one round may arrive this long after each other, as from a node that was cut off. */
const LATE_MS = 7 * DAY_MS;

/** The measured results of a round. @throws as Store.query */
export async function readRound(
  store: Reader,
  { lab, benchmark: name, round }: RoundKey,
): Promise<StoredResult[]> {
  const where = [within(LATE_MS), equals('lab', lab), equals('benchmark', name), equals('round', round)];
  const series = await ask(store, { ...QUERY, where, by: ['*'] });
  return series.flatMap(({ tags, rows }) =>
    rows
      .map((row): StoredResult => ({ ...outcomeIn(tags, row), ...positionTags(tags), tags }))
      .filter(({ secondsPerUnit }) => secondsPerUnit !== undefined),
  );
}

/** The rounds of the last day, for a collector that started later. @throws as Store.query */
export async function recentRounds(store: Reader): Promise<RoundKey[]> {
  const series = await ask(store, {
    select: fields('round'),
    from: benchmark.name,
    where: [within(DAY_MS), equals('outcome', v1.BenchmarkResult.Outcome.OK)],
    by: ['lab', 'benchmark'],
  });
  return series.flatMap(({ tags: { lab = '', benchmark: name = '' }, rows }) =>
    [...new Set(rows.map((row) => textIn(row, 'round')))]
      .filter((round) => round !== '')
      .map((round) => ({ lab, benchmark: name, round })),
  );
}

export function listOf(found: ResultsByLab, { lab = '' }: Tags): Result[] {
  const list = found.get(lab) ?? [];
  found.set(lab, list);
  return list;
}

export function streamIn({ node = '', benchmark: name = '', variant = '', target = '' }: Tags) {
  return { node, benchmark: name, variant, target };
}

function outcomeIn(tags: Tags, row: Row): Comparable & Outcome {
  const secondsPerUnit = numberIn(row, 'seconds_per_unit');
  return {
    ...streamIn(tags),
    round: textIn(row, 'round'),
    argumentsHash: textIn(row, 'arguments_hash'),
    timeUs: timeIn(row),
    ...(secondsPerUnit !== undefined && { secondsPerUnit }),
    unit: textIn(row, 'unit'),
    outcome: numberIn(row, 'outcome') ?? v1.BenchmarkResult.Outcome.OUTCOME_UNSPECIFIED,
    reason: textIn(row, 'reason'),
    disturbances: textIn(row, 'disturbances'),
  };
}

/** The parent as its tag is: "none" and "unknown" are not the same to who compares a round. */
function positionTags(tags: Tags): Pick<RoundResult, 'layer' | 'parent'> {
  return defined({ layer: positionIn(tags).layer, parent: tags['parent'] ?? '' });
}
