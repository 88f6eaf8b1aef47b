import { describe, expect, test } from 'vitest';
import { buildStreams } from '../../src/analysis/streams.ts';
import type { Environment } from '../../src/read/environment.ts';
import type { Result } from '../../src/read/result.ts';

const places = [
  { node: 'guest0' },
  { node: 'guest1', parent: 'guest0', base: 'guest0' },
  { node: 'guest2', parent: 'guest1', base: 'guest0' },
];
const HOUR_US = 3_600_000_000;
const START_US = Date.parse('2026-01-01T00:00:00Z') * 1000;

function environment(parts: Partial<Environment> = {}): Environment {
  return {
    kernel: '6.1.0-37-amd64',
    cpuModel: 'CPU',
    cpus: 2,
    memoryBytes: 2 ** 30,
    clocksource: 'kvm-clock',
    parentHypervisor: 'QEMU Standard PC (i440FX + PIIX, 1996) pc-i440fx-7.2',
    nodeVersion: 'v18.20.4',
    mitigations: '',
    ...parts,
  };
}

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
              environment: environment({ cpuModel: `CPU ${layer}` }),
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

  const changed = (node: string, parts: Partial<Environment>, row: readonly number[] = [1, 1.2]) =>
    rounds([...steady(20, [1, 1.2]), ...steady(5, row)]).map((result) =>
      result.timeUs >= START_US + 20 * HOUR_US && result.node === node
        ? { ...result, environment: environment({ cpuModel: `CPU ${node.at(-1)}`, ...parts }) }
        : result,
    );

  test('results of another machine', () => {
    expect(of(changed('guest1', { cpus: 4 }), 'guest1', 'parent')?.standing.state).toBe('learning');
    expect(of(changed('guest1', { cpus: 4 }), 'guest1', 'self')?.standing.state).toBe('learning');
    expect(of(changed('guest0', { cpus: 4 }), 'guest0', 'self')?.standing.state).toBe('learning');
  });

  test('results of an upgraded machine are', () => {
    const upgraded = {
      kernel: '6.12.117',
      parentHypervisor: 'QEMU Standard PC (i440FX + PIIX, 1996) pc-i440fx-10.0',
    };
    expect(of(changed('guest1', upgraded), 'guest1', 'parent')?.standing.state).toBe('steady');
    const slower = changed('guest1', upgraded, [1, 1.8]);
    expect(of(slower, 'guest1', 'parent')?.standing).toMatchObject({
      state: 'slow',
      slowdown: expect.closeTo(1.5),
    });
    expect(of(slower, 'guest1', 'self')?.standing.sinceUs).toBe(START_US + 20 * HOUR_US + 60e6);
  });

  test('what changes in a parent neither resets nor blinds its guests', () => {
    for (const parts of [{ kernel: '6.12.117' }, { cpus: 4 }]) {
      expect(of(changed('guest0', parts), 'guest1', 'parent')?.standing.state).toBe('steady');
      expect(of(changed('guest0', parts, [1, 2.4]), 'guest1', 'parent')?.standing.state).toBe('slow');
    }
  });

  test('a result beside which no environment stands is one of the same machine', () => {
    const without = rounds([...steady(20, [1, 1.2]), ...steady(3, [1, 2.4])]).map((result, at) => {
      const { environment: _none, ...rest } = result;
      return at % 5 === 0 || at > 38 ? rest : result;
    });
    expect(of(without, 'guest1', 'self')?.standing.state).toBe('slow');
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

test('what an operator accepted is the normal from then on, also after a restart', () => {
  const results = rounds([...steady(20, [1, 1.2]), ...steady(10, [1, 2.4])]);
  const accepted = (hour: number) =>
    buildStreams(results, places, [
      { id: 'a', lab: 'lab', node: 'guest1', atUs: START_US + hour * HOUR_US, why: '', by: '' },
    ])
      .get('guest1')
      ?.map(({ against, standing }) => `${against} ${standing.state} ${standing.usual?.toFixed(1)}`);
  expect(accepted(25)).toEqual(['self steady 2.4', 'parent steady 2.4', 'base steady 2.4']);
  expect(accepted(100)).toEqual(['self steady 2.4', 'parent steady 2.4', 'base steady 2.4']);
  expect(accepted(10)).toEqual(['self slow 1.2', 'parent slow 1.2', 'base slow 1.2']);
});
