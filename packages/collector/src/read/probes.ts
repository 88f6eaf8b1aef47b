import { v1 } from '@nestwatch/proto';
import { pointsIn } from './cells.ts';
import { ask, before, call, equals, type Reader, since } from './query.ts';
import { listOf, type ResultsByLab, streamIn } from './results.ts';

/** Probes that report slowness, as times: what they are read from, and how a value becomes seconds. */
const LATENCY = { select: call('median', 'median_us', 'value'), seconds: (us: number) => us / 1e6 };
const PROBES = [
  { benchmark: 'probe.exit-latency', from: 'nestwatch_exit_latency', ...LATENCY },
  { benchmark: 'probe.timer-latency', from: 'nestwatch_timer_latency', ...LATENCY },
  {
    benchmark: 'probe.steal',
    from: 'nestwatch_cpu_time',
    select: call('mean', 'steal_ratio', 'value'),
    // What remains of a second of CPU stretches everything by its inverse.
    seconds: (share: number) => 1 / (1 - Math.min(share, 0.99)),
  },
];

/** Summarises probes by windows that are over, as results whose round is the window. */
export async function readProbes(
  store: Reader,
  { fromUs, toUs, windowUs, lab }: { fromUs: number; toUs: number; windowUs: number; lab?: string },
): Promise<ResultsByLab> {
  const from = Math.floor(fromUs / windowUs) * windowUs;
  const to = Math.floor(toUs / windowUs) * windowUs;
  const found: ResultsByLab = new Map();
  if (to <= from) return found;
  const where = [since(from), before(to), lab === undefined ? undefined : equals('lab', lab)];
  await Promise.all(
    PROBES.map(async ({ benchmark, seconds, select, from: measurement }) => {
      const query = { select: [select], from: measurement, where, by: ['lab', 'node'], everyUs: windowUs };
      for (const { tags, rows } of await ask(store, query)) {
        const list = listOf(found, tags);
        for (const { atUs: timeUs, value } of pointsIn(rows, 'value')) {
          list.push({
            ...streamIn({ ...tags, benchmark }),
            round: `${benchmark}@${new Date(timeUs / 1000).toISOString()}`,
            timeUs,
            secondsPerUnit: seconds(value),
            outcome: v1.BenchmarkResult.Outcome.OK,
            reason: '',
            disturbances: '',
            unit: 'probe',
            argumentsHash: '',
          });
        }
      }
    }),
  );
  return found;
}
