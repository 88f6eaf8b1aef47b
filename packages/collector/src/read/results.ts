import type { Cell } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';
import type { Result } from './result.ts';

type Queries = Pick<Store, 'query'>;
/** Results by lab. */
export type ResultsByLab = Map<string, Result[]>;

/** Reads benchmark results that stand at or after a time, µs since 1970, with the fingerprints beside them. */
export async function readBenchmarks(store: Queries, fromUs: number): Promise<ResultsByLab> {
  const where = `time >= ${Math.floor(fromUs)}u`;
  const [results, environments] = await Promise.all([
    store.query(
      `SELECT "seconds_per_unit", "unit", "outcome", "round", "reason", "arguments_hash", "disturbances" FROM "nestwatch_benchmark" WHERE ${where} GROUP BY "lab","node","benchmark","variant","target"`,
    ),
    store.query(`SELECT "fingerprint" FROM "nestwatch_environment" WHERE ${where} GROUP BY "lab","node"`),
  ]);
  const fingerprints = new Map(
    environments.flatMap(({ tags, rows }) =>
      rows.map((row) => [`${tags['lab']}/${tags['node']}/${row['time']}`, text(row['fingerprint'])] as const),
    ),
  );
  const found: ResultsByLab = new Map();
  for (const { tags, rows } of results) {
    const list = listOf(found, tags['lab'] ?? '');
    for (const row of rows) {
      const seconds = row['seconds_per_unit'];
      list.push({
        ...{ node: tags['node'] ?? '', benchmark: tags['benchmark'] ?? '' },
        ...{ variant: tags['variant'] ?? '', target: tags['target'] ?? '' },
        ...{ round: text(row['round']), timeUs: Number(row['time']), outcome: Number(row['outcome']) },
        ...(typeof seconds === 'number' ? { secondsPerUnit: seconds } : {}),
        ...{ reason: text(row['reason']), disturbances: text(row['disturbances']) },
        unit: text(row['unit']),
        argumentsHash: text(row['arguments_hash']),
        fingerprint: fingerprints.get(`${tags['lab']}/${tags['node']}/${row['time']}`) ?? '',
      });
    }
  }
  return found;
}

/** Probes that tell of slowness, as times: what they are read from, and how a value becomes seconds. */
const PROBES = [
  {
    benchmark: 'probe.exit-latency',
    select: 'median("median_us")',
    from: 'nestwatch_exit_latency',
    seconds: (us: number) => us / 1e6,
  },
  {
    benchmark: 'probe.timer-latency',
    select: 'median("median_us")',
    from: 'nestwatch_timer_latency',
    seconds: (us: number) => us / 1e6,
  },
  {
    // What remains of a second of CPU stretches everything by its inverse.
    benchmark: 'probe.steal',
    select: 'mean("steal_ratio")',
    from: 'nestwatch_cpu_time',
    seconds: (share: number) => 1 / (1 - Math.min(share, 0.99)),
  },
] as const;

/** Summarises probes by windows that are over, as results whose round is the window. */
export async function readProbes(
  store: Queries,
  { fromUs, toUs, windowUs }: { fromUs: number; toUs: number; windowUs: number },
): Promise<ResultsByLab> {
  const from = Math.floor(fromUs / windowUs) * windowUs;
  const to = Math.floor(toUs / windowUs) * windowUs;
  const found: ResultsByLab = new Map();
  if (to <= from) return found;
  await Promise.all(
    PROBES.map(async (probe) => {
      const series = await store.query(
        `SELECT ${probe.select} AS "value" FROM "${probe.from}" WHERE time >= ${from}u AND time < ${to}u GROUP BY time(${windowUs}u),"lab","node" fill(none)`,
      );
      for (const { tags, rows } of series) {
        const list = listOf(found, tags['lab'] ?? '');
        for (const row of rows) {
          const timeUs = Number(row['time']);
          const value = row['value'];
          if (typeof value !== 'number') continue;
          list.push({
            ...{ node: tags['node'] ?? '', benchmark: probe.benchmark, variant: '', target: '' },
            ...{ round: `${probe.benchmark}@${new Date(timeUs / 1000).toISOString()}`, timeUs },
            ...{ secondsPerUnit: probe.seconds(value), outcome: 1, reason: '', disturbances: '' },
            ...{ unit: 'probe', argumentsHash: '', fingerprint: '' },
          });
        }
      }
    }),
  );
  return found;
}

export function listOf(found: ResultsByLab, lab: string): Result[] {
  const list = found.get(lab) ?? [];
  found.set(lab, list);
  return list;
}

function text(cell: Cell | undefined): string {
  return typeof cell === 'string' ? cell : '';
}
