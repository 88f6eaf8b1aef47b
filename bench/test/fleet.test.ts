import { expect, test } from 'vitest';
import { breaksFirst, type Fleet, needsOfShard } from '../fleet.ts';

const FLEET: Fleet = {
  nodes: 20_000,
  shards: 2,
  intervalSeconds: 10,
  cores: 2,
  memoryBytes: 8e9,
  mostSeries: 1_000_000,
  bucketBytes: 64e6,
  runsPerNode: 2,
  daysOfEveryPoint: 30,
};
const SIZES = { stateBytes: 300, topologyBytes: 1000 };

test('needs are unit costs times what a shard has', () => {
  const units = { ...SIZES, pointsPerMessage: 20, collectorCpuPerMillion: 5, natsCpu: 0.1, influxCpu: 1.2 };
  const needs = Object.fromEntries(needsOfShard(units, FLEET).map(({ what, need }) => [what, need]));
  expect(needs).toMatchObject({
    points: 20_000,
    'CPU of collectors': 0.1,
    'CPU of InfluxDB': 1.2,
    'delivery states in NATS': 6e6,
    'topology in NATS': 1e7,
  });
  expect(needs['CPU of all three']).toBeCloseTo(1.4);
});

test('what is not measured is left out, and what is nearest to its limit breaks first', () => {
  const needs = needsOfShard({ ...SIZES, seriesPerNode: 50, bytesPerNodeDay: 2e6 }, FLEET);
  expect(needs.map(({ what }) => what)).toEqual([
    'series of InfluxDB',
    'delivery states in NATS',
    'topology in NATS',
    'disk for 30 days of every point',
  ]);
  expect(breaksFirst(needs, FLEET).map(({ what, atNodes }) => [what, Math.round(atNodes)])).toEqual([
    ['series of InfluxDB', 40_000],
    ['topology in NATS', 128_000],
    ['delivery states in NATS', 213_333],
  ]);
});
