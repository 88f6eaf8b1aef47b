import type { Reader } from '@nestwatch/collector/read/query';
import { expect, test } from 'vitest';
import { readLayers } from '../../../lab/live/read-layers.ts';

type Series = Awaited<ReturnType<Reader['query']>>[number];

const SINCE_US = 1_800_000_000_000_000;

function series(node: string, tags: Readonly<Record<string, string>>, row: Series['rows'][number]): Series {
  return { name: '', tags: { lab: 'lab', node, ...tags }, rows: [{ time: SINCE_US + 1, ...row }] };
}

test('each layer has what it has reported since the lab was started, and its parent by name', async () => {
  const asked: string[] = [];
  const answerTo = (query: string): Series[] => {
    if (query.includes('"nestwatch_forgotten"')) return [];
    if (query.includes('count("seq")')) return [series('n1', {}, { samples: 7 })];
    if (query.includes('"clock_rate"')) return [series('n1', {}, { clock_rate: 10, skew_seconds: -3 })];
    if (query.includes('"nestwatch_report"')) {
      return [
        series('n1', { name: 'guest1', layer: '1', parent: 'n0' }, { seq: 9 }),
        series('n0', { name: 'guest0', layer: '0', parent: 'none' }, { seq: 9 }),
      ];
    }
    if (query.includes('"nestwatch_benchmark"')) {
      return ['cold 16MiB', 'warm 16MiB'].map((variant) =>
        series('n1', { benchmark: 'disk.read', variant }, { seconds_per_unit: 2e-9, unit: 'byte' }),
      );
    }
    if (query.includes('"can_host"')) return [series('n1', {}, { can_host: 0 })];
    return [series('n1', {}, { steal_ratio: 0.25 })];
  };
  const store = {
    query: async (query: string) => {
      asked.push(query);
      return answerTo(query);
    },
  };
  const [guest0, guest1] = await readLayers(store, 'lab', SINCE_US);
  expect(guest0).toMatchObject({ name: 'guest0', layer: 0, parent: undefined, samples: 0, benchmarks: {} });
  expect(guest1).toEqual({
    node: 'n1',
    name: 'guest1',
    layer: 1,
    parent: 'guest0',
    canHost: false,
    stealRatio: 0.25,
    clockRate: 10,
    skewSeconds: -3,
    samples: 7,
    benchmarks: {
      'disk.read cold 16MiB': { secondsPerUnit: 2e-9, unit: 'byte' },
      'disk.read warm 16MiB': { secondsPerUnit: 2e-9, unit: 'byte' },
    },
  });
  expect(asked).toHaveLength(7);
  for (const query of asked) expect(query).toMatch(/"lab" = 'lab' AND time >= 1800000000000000u/);
});
