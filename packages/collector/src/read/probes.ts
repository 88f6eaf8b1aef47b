import { v1 } from '@nestwatch/proto';
import { numberIn, timeIn } from './cells.ts';
import { ask, before, call, type Reader, since } from './query.ts';
import { listOf, type ResultsByLab } from './results.ts';

/** Probes that tell of slowness, as times: what they are read from, and how a value becomes seconds. */
const PROBES = [
  {
    benchmark: 'probe.exit-latency',
    select: call('median', 'median_us', 'value'),
    from: 'nestwatch_exit_latency',
    seconds: (us: number) => us / 1e6,
  },
  {
    benchmark: 'probe.timer-latency',
    select: call('median', 'median_us', 'value'),
    from: 'nestwatch_timer_latency',
    seconds: (us: number) => us / 1e6,
  },
  {
    // What remains of a second of CPU stretches everything by its inverse.
    benchmark: 'probe.steal',
    select: call('mean', 'steal_ratio', 'value'),
    from: 'nestwatch_cpu_time',
    seconds: (share: number) => 1 / (1 - Math.min(share, 0.99)),
  },
] as const;

/** Summarises probes by windows that are over, as results whose round is the window. */
export async function readProbes(
  store: Reader,
  { fromUs, toUs, windowUs }: { fromUs: number; toUs: number; windowUs: number },
): Promise<ResultsByLab> {
  const from = Math.floor(fromUs / windowUs) * windowUs;
  const to = Math.floor(toUs / windowUs) * windowUs;
  const found: ResultsByLab = new Map();
  if (to <= from) return found;
  const where = [since(from), before(to)];
  await Promise.all(
    PROBES.map(async ({ benchmark, seconds, select, from: measurement }) => {
      const query = { select: [select], from: measurement, where, by: ['lab', 'node'], everyUs: windowUs };
      for (const { tags, rows } of await ask(store, query)) {
        const list = listOf(found, tags);
        for (const row of rows) {
          const timeUs = timeIn(row);
          const value = numberIn(row, 'value');
          if (value === undefined) continue;
          list.push({
            node: tags['node'] ?? '',
            benchmark,
            variant: '',
            target: '',
            round: `${benchmark}@${new Date(timeUs / 1000).toISOString()}`,
            timeUs,
            secondsPerUnit: seconds(value),
            outcome: v1.BenchmarkResult.Outcome.OK,
            reason: '',
            disturbances: '',
            unit: 'probe',
            argumentsHash: '',
            fingerprint: '',
          });
        }
      }
    }),
  );
  return found;
}
