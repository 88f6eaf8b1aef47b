import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currentCpu, parseProcessStat } from '../../src/host/process-stat.ts';
import { hostOf } from '../support/file-tree.ts';

const parseProcessor = (stat: string) => parseProcessStat(stat)?.number(39);

test('the CPU of a process, whatever its name', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(4096), (name, cpu) => {
      expect(parseProcessor(`12 (${name}) R 1 ${'0 '.repeat(34)}${cpu} 0 0 0`)).toBe(cpu);
    }),
  );
  expect(parseProcessor('')).toBeUndefined();
});

test('the CPU of this thread, and 0 where /proc does not say', () => {
  const { root } = hostOf({ 'proc/self/stat': `12 (node) R 1 ${'0 '.repeat(34)}3 0 0 0` });
  expect(currentCpu(root)).toBe(3);
  expect(currentCpu('/nonexistent')).toBe(0);
});
