import { expect, test } from 'vitest';
import { createLongViews } from '../../src/analysis/long-views.ts';

const DAY_US = 86_400_000_000;
const stream = { lab: 'lab', node: 'guest1', benchmark: 'cpu.sha256', variant: '', target: '' };
const block = (day: number, secondsPerUnit: number, more = {}) => ({
  ...{ ...stream, timeUs: day * 5 * DAY_US, results: 20, secondsPerUnit, argumentsHash: 'a' },
  ...more,
});
const machine = (day: number, cpuModel: string) => ({
  ...{ lab: 'lab', node: 'guest1', timeUs: day * 5 * DAY_US },
  ...{ cpuModel, cpus: 2, parentHypervisor: 'pc-q35-7.2' },
});
const wanted = { ...stream, argumentsHash: 'a', machine: 'EPYC\n2\npc-q35', fromUs: 0 };

test('the long view has the medians of what is comparable, oldest first', () => {
  const views = createLongViews(
    [
      block(1, 1),
      block(2, Math.E),
      block(3, 9, { results: 3 }),
      block(4, 9, { argumentsHash: 'b' }),
      block(5, 9, { argumentsHash: undefined }),
      block(6, 9),
      block(7, Math.E ** 2),
      block(7, 9, { benchmark: 'mem.touch' }),
      block(7, 9, { lab: 'other' }),
    ],
    [machine(1, 'EPYC'), machine(6, 'Xeon'), machine(7, 'EPYC')],
  );
  expect(views(wanted)).toEqual({ middles: [0, 1, 2], rest: [] });
  expect(views({ ...wanted, fromUs: 10 * DAY_US }).middles).toEqual([1, 2]);
  expect(views({ ...wanted, node: 'guest2' }).middles).toEqual([]);
});

test('against a parent it has the ratio of the medians of the same stretch', () => {
  const ofParent = { node: 'guest0' };
  const views = createLongViews([block(1, 2), block(1, 1, ofParent), block(2, 3), block(3, 4, ofParent)], []);
  expect(views({ ...wanted, reference: 'guest0' }).middles).toEqual([Math.log(2)]);
});
