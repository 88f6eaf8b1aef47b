import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import type { NewestResults } from '../../../src/read/results.ts';
import { benchmarksReader } from '../../../src/web/view/benchmarks.ts';

/** Results of one node, newest first: [hour of the round, seconds for one unit]. */
function newest(node: string, rounds: readonly (readonly [number, number])[], settings = 'a'): NewestResults {
  const stream = { node, benchmark: 'cpu.sha256', variant: '', target: '' };
  return {
    ...stream,
    results: rounds.map(([hour, secondsPerUnit]) => ({
      ...stream,
      round: `cpu.sha256@${hour}`,
      timeUs: hour * 3600e6,
      argumentsHash: settings,
      secondsPerUnit,
      unit: 'byte',
      outcome: v1.BenchmarkResult.Outcome.OK,
      reason: '',
      disturbances: '',
    })),
  };
}

test('a node is compared with its parent in the rounds of both, whatever else either measured', () => {
  // The host was ten times slower in rounds 1 and 2, and the guest took no part in the three after them.
  const host = newest('guest0', [
    [5, 1],
    [4, 1],
    [3, 1],
    [2, 10],
    [1, 10],
  ]);
  const guest = newest('guest1', [
    [2, 20],
    [1, 20],
  ]);
  const [own] = benchmarksReader([host, guest])('guest1', 'guest0');
  expect(own).toMatchObject({ secondsPerUnit: 20, vsParent: 2 });
});

test('the last five rounds of both make the figure', () => {
  const hours = [9, 8, 7, 6, 5, 4, 3, 2, 1];
  const host = newest(
    'guest0',
    hours.map((hour) => [hour, 1]),
  );
  const guest = newest(
    'guest1',
    hours.map((hour) => [hour, hour > 4 ? 3 : 1]),
  );
  expect(benchmarksReader([host, guest])('guest1', 'guest0')[0]?.vsParent).toBe(3);
});

test.each([
  ['without a parent', newest('guest0', [[1, 1]]), undefined],
  ['when they share no round', newest('guest0', [[2, 1]]), 'guest0'],
  ['when they did other work', newest('guest0', [[1, 1]], 'b'), 'guest0'],
])('nothing is compared %s', (_, host, parent) => {
  const [own] = benchmarksReader([host, newest('guest1', [[1, 2]])])('guest1', parent);
  expect(own).toMatchObject({ secondsPerUnit: 2 });
  expect(own).not.toHaveProperty('vsParent');
});
