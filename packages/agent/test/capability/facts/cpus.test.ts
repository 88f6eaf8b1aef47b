import { expect, test } from 'vitest';
import { countCpuList } from '../../../src/capability/facts/cpus.ts';

test.each([
  ['0-3', 4],
  ['0-3,8,10-11\n', 7],
  ['0', 1],
  ['', undefined],
  ['3-1', undefined],
  ['0-x', undefined],
])('the CPU list %j has %s', (list, count) => {
  expect(countCpuList(list)).toBe(count);
});
