import { describe, expect, test } from 'vitest';
import { buildStreams } from '../../src/analysis/streams.ts';
import type { Result } from '../../src/read/result.ts';

const places = [
  { node: 'guest0' },
  { node: 'guest1', parent: 'guest0', base: 'guest0' },
  { node: 'guest2', parent: 'guest1', base: 'guest0' },
];
const HOUR_US = 3_600_000_000;
const START_US = Date.parse('2026-01-01T00:00:00Z') * 1000;

/** Rounds of one benchmark: seconds of each node by round; undefined: no result. */
function rounds(seconds: readonly (readonly (number | undefined)[])[], more: Partial<Result> = {}): Result[] {
  return seconds.flatMap((row, at) =>
    row.flatMap((secondsPerUnit, layer): Result[] => {
      const timeUs = START_US + at * HOUR_US;
      const round = `cpu.sha256@${new Date(timeUs / 1000).toISOString()}`;
      const base = {
        unit: 'byte',
        benchmark: 'cpu.sha256',
        variant: '',
        target: '',
        reason: '',
        disturbances: '',
        argumentsHash: 'a',
      };
      return secondsPerUnit === undefined
        ? []
        : [
            {
              ...base,
              node: `guest${layer}`,
              round,
              timeUs: timeUs + layer * 60e6,
              secondsPerUnit,
              outcome: 1,
              fingerprint: `f${layer}`,
              ...more,
            },
          ];
    }),
  );
}
const steady = (count: number, row: readonly (number | undefined)[]) =>
  Array.from({ length: count }, () => row);
const of = (results: Result[], node: string, against: string) =>
  buildStreams(results, places)
    .get(node)
    ?.find((stream) => stream.against === against);

test('compares with the parent and with layer 0 in the same rounds', () => {
  const results = rounds(steady(20, [1, 1.2, 1.8]));
  expect(of(results, 'guest2', 'parent')?.standing.usual).toBeCloseTo(1.5);
  expect(of(results, 'guest2', 'base')?.standing.usual).toBeCloseTo(1.8);
  expect(of(results, 'guest2', 'self')?.standing).toMatchObject({
    state: 'steady',
    usual: expect.closeTo(1.8),
  });
  expect(of(results, 'guest0', 'parent')).toBeUndefined();
});

test('a slowdown of one layer is its own, and not that of the layers around it', () => {
  const results = rounds([...steady(20, [1, 1.2, 1.8]), ...steady(3, [1, 1.2, 3.6])]);
  const states = (node: string) =>
    buildStreams(results, places)
      .get(node)
      ?.map((stream) => `${stream.against} ${stream.standing.state}`);
  expect(states('guest2')).toEqual(['self slow', 'parent slow', 'base slow']);
  expect(states('guest1')).toEqual(['self steady', 'parent steady', 'base steady']);
});

test('a late result of the parent counts as soon as it is there', () => {
  const all = rounds(steady(12, [1, 1.2]));
  const late = all.filter((result) => result.node === 'guest0').slice(-5);
  expect(
    of(
      all.filter((result) => !late.includes(result)),
      'guest1',
      'parent',
    )?.standing.state,
  ).toBe('learning');
  expect(of(all, 'guest1', 'parent')?.standing.samples).toBe(9);
});

describe('unlike things are not compared', () => {
  test('results under other settings', () => {
    const before = rounds(steady(20, [1, 1.2]));
    const after = rounds(steady(1, [8, 9]), { argumentsHash: 'b' }).map((result) => ({
      ...result,
      timeUs: result.timeUs + 30 * HOUR_US,
      round: 'cpu.sha256@2026-02-01T00:00:00Z',
    }));
    expect(of([...before, ...after], 'guest1', 'self')?.standing).toMatchObject({
      state: 'learning',
      samples: 0,
    });
  });

  test('results of a changed machine, or of a changed parent', () => {
    const results = rounds(steady(20, [1, 1.2])).map((result) =>
      result.timeUs > START_US + 15 * HOUR_US && result.node === 'guest0'
        ? { ...result, fingerprint: 'new kernel' }
        : result,
    );
    expect(of(results, 'guest1', 'parent')?.standing.state).toBe('learning');
    expect(of(results, 'guest1', 'self')?.standing.state).toBe('steady');
  });

  test('results whose measurement is in doubt; those under load are', () => {
    const after = rounds([...steady(20, [1, 1.2]), ...steady(3, [1, 4])]);
    const mark = (disturbances: string) =>
      after.map((result, at) => (at >= 40 ? { ...result, disturbances } : result));
    expect(of(mark('lease lost: x'), 'guest1', 'parent')?.standing.state).toBe('steady');
    expect(of(mark('steal: 40 % of the CPU time; lease lost: x'), 'guest1', 'parent')?.standing.state).toBe(
      'steady',
    );
    expect(of(mark('steal: 40 % of the CPU time'), 'guest1', 'parent')?.standing.state).toBe('slow');
  });
});

test('rounds without a result are missed, unless it could not be measured there', () => {
  const results = rounds([...steady(10, [1, 1.2]), ...steady(2, [1, undefined])]);
  expect(of(results, 'guest1', 'self')?.missed).toHaveLength(2);
  const last = results.findLast((result) => result.node === 'guest0');
  const { secondsPerUnit: _none, ...said } = { ...(last as Result), node: 'guest1' };
  const skipped = { ...said, outcome: 3, reason: 'no lease' };
  expect(of([...results, skipped], 'guest1', 'self')?.missed.at(-1)?.reason).toBe('no lease');
  expect(of([...results, { ...said, outcome: 4 }], 'guest1', 'self')?.missed).toHaveLength(1);
});
