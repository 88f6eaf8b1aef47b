import { expect, test } from 'vitest';
import {
  compare,
  compareLabTimes,
  type Observation,
  parseStealTicks,
} from '../../src/benchmarks/disturbance.ts';

const limits = { 'benchmarks.steal-limit': 0.1, 'benchmarks.pressure-limit': 0.5 };

function at(seconds: number, changes: Partial<Observation> = {}): Observation {
  return {
    monoUs: seconds * 1e6,
    wallUs: 1e15 + seconds * 1e6,
    clocksource: 'kvm-clock',
    cpu: { total: seconds * 200, steal: 0 },
    pressureUs: { cpu: 0, memory: 0 },
    ...changes,
  };
}

test('a quiet run is not disturbed', () => {
  expect(compare(at(0), at(10), limits)).toEqual([]);
});

test.each([
  ['steal', { cpu: { total: 2000, steal: 500 } }, 'steal: 25 % of the CPU time'],
  ['pressure', { pressureUs: { cpu: 8e6, memory: 0 } }, 'pressure: tasks waited for cpu 80 % of the time'],
  ['another clocksource', { clocksource: 'hpet' }, 'clocksource: changed from kvm-clock to hpet'],
  ['a stepped clock', { wallUs: 1e15 + 70e6 }, 'clock: stepped by 60.0 s'],
])('%s is', (_, changes, reason) => {
  expect(compare(at(0), at(10, changes), limits)).toEqual([reason]);
});

test('what cannot be read is not held against a run', () => {
  const blind = (seconds: number): Observation => ({
    monoUs: seconds * 1e6,
    wallUs: seconds * 1e6,
    pressureUs: {},
  });
  expect(compare(blind(0), blind(10), limits)).toEqual([]);
});

test('steal is the eighth number of the cpu line, guest time is not counted twice', () => {
  expect(parseStealTicks('cpu  10 20 30 40 50 60 70 80 1000 1000\ncpu0 1 1 1 1 1 1 1 1 1 1\n')).toEqual({
    total: 360,
    steal: 80,
  });
  expect(parseStealTicks('cpu 1 2 3\n')).toBeUndefined();
});

test('a pause that stopped all clocks of the guest shows by the clock of the lab', () => {
  expect(compareLabTimes({ before: 1e15, after: 1e15 + 60e6 }, 1)).toEqual([
    "paused: the lab's clock moved by 60 s against ours",
  ]);
  expect(compareLabTimes({ before: 1e15, after: 1e15 + 1e6 }, 1)).toEqual([]);
  // Where a second here is ten of the lab, its clock is known ten times less finely.
  expect(compareLabTimes({ before: 1e15, after: 1e15 + 20e6 }, 10)).toEqual([]);
  expect(compareLabTimes({ before: undefined, after: 1e15 }, 1)).toEqual([]);
});
