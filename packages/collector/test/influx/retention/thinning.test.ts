import { catalogue, type Measurement } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import {
  continuousQuery,
  influxDuration,
  thinOnce,
} from '../../../src/influx/retention/continuous-queries.ts';
import { spans } from '../../../src/influx/retention/late-steps.ts';
import { aggregateOf, fieldsByAggregate } from '../../../src/influx/retention/thinning.ts';
import {
  isTaskOfFirstRelease,
  isThinningTask,
  thinningTask,
  thinOnceFlux,
} from '../../../src/influx/retention/thinning-task.ts';
import { goDurationMs } from '../../../src/influx/retention/v1.ts';

const measurement: Measurement = {
  name: 'nestwatch_example',
  meaning: '',
  source: '',
  from: 'sample.example',
  fields: [
    { name: 'read_us', unit: 'microseconds', kind: 'gauge', meaning: '' },
    { name: 'read_max_us', unit: 'microseconds', kind: 'gauge', meaning: '' },
    { name: 'read_min_us', unit: 'microseconds', kind: 'gauge', meaning: '' },
    { name: 'seq', unit: 'count', kind: 'total', meaning: '' },
    { name: 'ok', unit: 'boolean', kind: 'flag', meaning: '' },
    { name: 'why', unit: 'text', kind: 'text', meaning: '' },
  ],
};

test('a field is thinned out so that it keeps its meaning', () => {
  expect(measurement.fields.map(aggregateOf)).toEqual(['mean', 'max', 'min', 'max', 'last', 'last']);
  expect(
    fieldsByAggregate(measurement)
      .get('last')
      ?.map(({ name }) => name),
  ).toEqual(['ok', 'why']);
});

test('a continuous query names every field as it was, and its own name tells its content', () => {
  const query = continuousQuery(measurement, 'labs', 600_000);
  expect(query.create).toContain('RESAMPLE EVERY 10m FOR 20m BEGIN SELECT mean("read_us") AS "read_us", ');
  expect(query.create).toContain('INTO "labs_long".."nestwatch_example" FROM "labs".."nestwatch_example" ');
  expect(query.create).toMatch(/GROUP BY time\(10m\), \* END$/);
  expect(continuousQuery(measurement, 'labs', 600_000).name).toBe(query.name);
  expect(continuousQuery(measurement, 'labs', 300_000).name).not.toBe(query.name);
  expect(continuousQuery({ ...measurement, fields: [] }, 'labs', 600_000).name).not.toBe(query.name);
});

test('a span of the past is bounded on both ends', () => {
  expect(thinOnce(measurement, 'labs', 600_000, 1_200_000_000, 2_400_000_000)).toContain(
    'WHERE time >= 1200000000u AND time < 2400000000u GROUP BY time(10m), *',
  );
});

test('a bucket whose name Flux would take for an expression is a name', () => {
  const bucket = '$'.concat('{labs}');
  expect(thinningTask([measurement], bucket, 600_000)).toContain(`from(bucket: "\\${bucket}")`);
});

test('a task has one pipeline for each aggregate of each measurement', () => {
  const flux = thinningTask([measurement], 'my "labs"', 600_000);
  expect(flux).toMatch(
    /^\/\/ Made by nestwatch\noption task = \{name: "nestwatch thins out my \\"labs\\"", every: 10m\}\n/,
  );
  expect(flux.match(/\|> to\(bucket: "my \\"labs\\"_long"\)/g)).toHaveLength(4);
  expect(flux).toContain('|> filter(fn: (r) => r._field == "ok" or r._field == "why")\n');
  const all = thinningTask(catalogue, 'labs', 600_000);
  for (const { name } of catalogue) expect(all).toContain(`r._measurement == "${name}"`);
});

test('a task is known by what it does, and that of the first release by its form', () => {
  const flux = thinningTask([measurement], 'labs', 600_000);
  expect(isThinningTask(flux, 'labs')).toBe(true);
  expect(isThinningTask(flux, 'labs2')).toBe(false);
  expect(isThinningTask(flux.slice(flux.indexOf('option')), 'labs')).toBe(false);
  const first =
    'option task = {name: "nestwatch thins out labs", every: 10m}\n\nfrom(bucket: "labs")\n  |> range(start: -20m)\n  |> filter(fn: (r) => r._measurement == "m" and contains(value: r._field, set: ["ok"]))\n  |> to(bucket: "labs_long")\n';
  expect([isTaskOfFirstRelease(first), isTaskOfFirstRelease(flux)]).toEqual([true, false]);
  expect(isThinningTask(first, 'labs')).toBe(true);
});

test('a span of the past is thinned out without giving back its rows', () => {
  const flux = thinOnceFlux(measurement, 'labs', 600_000, 1_800_000_000_000_000, 1_800_000_600_000_000);
  expect(flux).toContain('  |> range(start: 2027-01-15T08:00:00.000Z, stop: 2027-01-15T08:10:00.000Z)\n');
  expect(flux.match(/\|> filter\(fn: \(r\) => false\)\n {2}\|> yield\(name: "\d"\)/g)).toHaveLength(4);
});

test('durations go both ways', () => {
  expect([600_000, 90_000, 86_400_000, 34_560_000_000, 7_200_000].map(influxDuration)).toEqual([
    ...['10m', '90s', '1d', '400d', '2h'],
  ]);
  expect(goDurationMs('720h0m0s')).toBe(30 * 86_400_000);
  expect(goDurationMs('0s')).toBe(0);
});

test('neighbouring steps are gone over together, but not too many of them', () => {
  expect(spans([1, 2, 3, 7])).toEqual([
    [1, 3],
    [7, 7],
  ]);
  expect(spans([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([
    [0, 5],
    [6, 7],
  ]);
});
