import { defined } from '@nestwatch/common/defined';
import { benchmark } from '@nestwatch/proto';
import { numberIn, textIn, timeIn } from './cells.ts';
import { ask, before, call, type Query, type Reader, since } from './query.ts';
import type { StreamId } from './result.ts';
import { streamIn } from './results.ts';

/** The results of one stream of a node in one stretch of time. */
export interface ResultBlock extends StreamId {
  readonly lab: string;
  readonly node: string;
  /** When the stretch begins, µs since 1970. */
  readonly timeUs: number;
  readonly results: number;
  /** Their median, in seconds for one unit. */
  readonly secondsPerUnit: number;
  /** Absent where it changed in the stretch. */
  readonly argumentsHash?: string;
}

/** What machine a node was in one stretch of time. */
export interface MachineBlock {
  readonly lab: string;
  readonly node: string;
  readonly timeUs: number;
  readonly cpuModel: string;
  readonly cpus: number;
  readonly parentHypervisor: string;
}

/** A time of the past, cut into stretches. µs since 1970; stretches begin at multiples of their length. */
export interface Stretches {
  readonly fromUs: number;
  readonly toUs: number;
  readonly lengthUs: number;
}

/** Medians of all benchmarks of all labs, oldest first, made by InfluxDB: of years it is few points. @throws as Store.query */
export async function readResultBlocks(store: Reader, stretches: Stretches): Promise<ResultBlock[]> {
  const series = await ask(store, {
    ...queryOf(stretches),
    select: [
      call('median', 'seconds_per_unit', 'seconds'),
      call('count', 'seconds_per_unit', 'results'),
      call('first', 'arguments_hash', 'first_hash'),
      call('last', 'arguments_hash', 'last_hash'),
    ],
    from: benchmark.name,
    by: ['lab', 'node', 'benchmark', 'variant', 'target'],
  });
  return series.flatMap(({ tags, rows }) =>
    rows.flatMap((row) => {
      const secondsPerUnit = numberIn(row, 'seconds') ?? 0;
      if (secondsPerUnit <= 0) return [];
      const [first, last] = [textIn(row, 'first_hash'), textIn(row, 'last_hash')];
      const { lab = '' } = tags;
      const results = numberIn(row, 'results') ?? 0;
      const argumentsHash = first === last ? last : undefined;
      return defined({ ...streamIn(tags), lab, timeUs: timeIn(row), results, secondsPerUnit, argumentsHash });
    }),
  );
}

/** The machines of all nodes, where they stayed the same for a whole stretch. @throws as Store.query */
export async function readMachineBlocks(store: Reader, stretches: Stretches): Promise<MachineBlock[]> {
  const series = await ask(store, {
    ...queryOf(stretches),
    select: [
      ...['cpu_model', 'cpus', 'parent_hypervisor'].map((field) => call('last', field)),
      ...['cpu_model', 'cpus'].map((field) => call('first', field, `first_${field}`)),
    ],
    from: 'nestwatch_environment',
    by: ['lab', 'node'],
  });
  return series.flatMap(({ tags: { lab = '', node = '' }, rows }) =>
    rows
      .filter((row) => row['cpus'] === row['first_cpus'] && row['cpu_model'] === row['first_cpu_model'])
      .map((row) => ({
        lab,
        node,
        timeUs: timeIn(row),
        cpuModel: textIn(row, 'cpu_model'),
        cpus: numberIn(row, 'cpus') ?? 0,
        parentHypervisor: textIn(row, 'parent_hypervisor'),
      })),
  );
}

function queryOf({ fromUs, toUs, lengthUs }: Stretches): Pick<Query, 'where' | 'everyUs'> {
  return { where: [since(fromUs), before(toUs)], everyUs: lengthUs };
}
