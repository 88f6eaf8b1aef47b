import { chooseBenchmarks } from '../benchmarks/index.ts';
import { parseCron } from './cron.ts';
import type { BenchmarkSettings } from './settings.ts';

/**
 * The schedules of a configuration: the single one of `benchmarks.cron`, or those of `benchmarks.schedules`.
 * @throws UsageError for an expression, a time zone or a name that is not valid.
 */
export function planSchedules(config: BenchmarkSettings) {
  const several = config['benchmarks.schedules'];
  const entries = several.length > 0 ? several : [{ cron: config['benchmarks.cron'] }];
  return entries.map(({ cron, run, size, timeZone, jitterMs }) => ({
    cron: parseCron(cron, timeZone ?? config['benchmarks.time-zone']),
    benchmarks: chooseBenchmarks(run ?? config['benchmarks.run'], config['benchmarks.off']),
    size: size ?? config['benchmarks.size'],
    jitterMs: jitterMs ?? config['benchmarks.jitter'],
  }));
}
