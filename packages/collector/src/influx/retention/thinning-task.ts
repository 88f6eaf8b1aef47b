import { fluxString } from '@influxdata/influxdb-client';
import type { Measurement } from '@nestwatch/proto';
import { influxDuration } from './continuous-queries.ts';
import { fieldsByAggregate, longName } from './thinning.ts';

/** Tasks of ours are known by this prefix, which is followed by the bucket they read. */
export const TASK_PREFIX = 'nestwatch thins out';

export function taskName(bucket: string): string {
  return `${TASK_PREFIX} ${bucket}`;
}

/**
 * The task of InfluxDB 2.x that thins out every measurement. Tasks are Flux, because InfluxQL has none there; nothing
 * else of ours is. It goes over the last two steps at each run, so that points that arrive a little late are in.
 */
export function thinningTask(measurements: readonly Measurement[], bucket: string, stepMs: number): string {
  const [step, twice] = [influxDuration(stepMs), influxDuration(2 * stepMs)];
  const parts = measurements.flatMap((measurement) =>
    [...fieldsByAggregate(measurement)].map(([aggregate, fields]) =>
      [
        `from(bucket: ${fluxString(bucket)})`,
        `  |> range(start: -${twice})`,
        `  |> filter(fn: (r) => r._measurement == ${fluxString(measurement.name)} and contains(value: r._field, set: [${fields.map(({ name }) => fluxString(name)).join(', ')}]))`,
        `  |> aggregateWindow(every: ${step}, fn: ${aggregate}, createEmpty: false, timeSrc: "_start")`,
        `  |> to(bucket: ${fluxString(longName(bucket))})`,
      ].join('\n'),
    ),
  );
  return `option task = {name: ${fluxString(taskName(bucket))}, every: ${step}}\n\n${parts.join('\n\n')}\n`;
}
