import type { Benchmark, Size } from '../benchmarks/benchmark.ts';
import { chooseBenchmarks } from '../benchmarks/index.ts';
import { type Cron, parseCron } from './cron.ts';
import type { BenchmarkSettings } from './settings.ts';

export interface Schedule {
  readonly cron: Cron;
  readonly benchmarks: readonly Benchmark[];
  readonly size: Size;
  readonly jitterMs: number;
}

/**
 * The schedules of a configuration: the single one of `benchmarks.cron`, or those of `benchmarks.schedules`.
 * @throws UsageError for an expression, a time zone or a name that is not valid.
 */
export function planSchedules(config: BenchmarkSettings): Schedule[] {
  const several = config['benchmarks.schedules'];
  const entries = several.length > 0 ? several : [{ cron: config['benchmarks.cron'] }];
  return entries.map(({ cron, run, size, timeZone, jitterMs }) => ({
    cron: parseCron(cron, timeZone ?? config['benchmarks.time-zone']),
    benchmarks: chooseBenchmarks(run ?? config['benchmarks.run']),
    size: size ?? config['benchmarks.size'],
    jitterMs: jitterMs ?? config['benchmarks.jitter'],
  }));
}
