import { fluxString } from '@influxdata/influxdb-client';
import type { Measurement } from '@nestwatch/proto';
import { influxDuration } from './continuous-queries.ts';
import { fieldsByAggregate, longName } from './thinning.ts';

/** The first line of a task of nestwatch since 0.2. */
const OF_NESTWATCH = '// Made by nestwatch';

/**
 * The task of InfluxDB 2.x that thins out every measurement. Tasks are Flux, because InfluxQL has none there. It goes over
 * the last two steps at each run, so that points that arrive a little late are in.
 */
export function thinningTask(measurements: readonly Measurement[], bucket: string, stepMs: number): string {
  const [step, twice] = [influxDuration(stepMs), influxDuration(2 * stepMs)];
  const name = fluxString(`nestwatch thins out ${bucket}`);
  const parts = thinningParts(measurements, bucket, stepMs, `start: -${twice}`);
  return `${OF_NESTWATCH}\noption task = {name: ${name}, every: ${step}}\n\n${parts.join('\n\n')}\n`;
}

/** Flux that thins out a span of the past once. Times in µs; gives back no rows. */
export function thinOnceFlux(
  measurement: Measurement,
  bucket: string,
  stepMs: number,
  fromUs: number,
  toUs: number,
): string {
  const at = (us: number) => new Date(us / 1000).toISOString();
  const range = `start: ${at(fromUs)}, stop: ${at(toUs)}`;
  const parts = thinningParts([measurement], bucket, stepMs, range);
  return parts
    .map((part, index) => `${part}\n  |> filter(fn: (r) => false)\n  |> yield(name: "${index}")`)
    .join('\n\n');
}

/**
 * One pipeline for each aggregate. Fields are compared one by one: the storage engine takes that over, and not
 * `contains()`, for which it would hand out every field.
 */
function thinningParts(
  measurements: readonly Measurement[],
  bucket: string,
  stepMs: number,
  range: string,
): string[] {
  return measurements.flatMap((measurement) =>
    [...fieldsByAggregate(measurement)].map(([aggregate, fields]) => {
      const isField = fields.map(({ name }) => `r._field == ${fluxString(name)}`).join(' or ');
      return [
        `from(bucket: ${fluxString(bucket)})`,
        `  |> range(${range})`,
        `  |> filter(fn: (r) => r._measurement == ${fluxString(measurement.name)})`,
        `  |> filter(fn: (r) => ${isField})`,
        `  |> aggregateWindow(every: ${influxDuration(stepMs)}, fn: ${aggregate}, createEmpty: false, timeSrc: "_start")`,
        `  |> to(bucket: ${fluxString(longName(bucket))})`,
      ].join('\n');
    }),
  );
}

/** Whether a task thins out this bucket for nestwatch, whatever its name. */
export function isThinningTask(flux: string, bucket: string): boolean {
  const isOurs = flux.startsWith(OF_NESTWATCH) || isTaskOfFirstRelease(flux);
  return isOurs && flux.includes(`to(bucket: ${fluxString(longName(bucket))})`);
}

/** Whether 0.1.0 made it, which also set the retention. */
export function isTaskOfFirstRelease(flux: string): boolean {
  return (
    flux.startsWith('option task = {name: "nestwatch thins out ') &&
    flux.includes('contains(value: r._field, set: [')
  );
}
