import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCpuList, parseCpuList } from '../../src/host/cpu-list.ts';

test('lists of CPUs, and what is none', () => {
  expect([...parseCpuList('0-3,8,10-11\n')]).toEqual([0, 1, 2, 3, 8, 10, 11]);
  expect([...parseCpuList('\n')]).toEqual([]);
  expect([...parseCpuList('3-1,x,-2,5')]).toEqual([5]);
  expect(parseCpuList('0-99999').size).toBe(8192);
  expect(formatCpuList([11, 0, 1, 3, 10, 2])).toBe('0-3,10-11');
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 8000 }), { maxLength: 100 }), (cpus) => {
      expect([...parseCpuList(formatCpuList(cpus))].sort()).toEqual([...cpus].sort());
    }),
  );
});
