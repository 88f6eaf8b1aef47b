import { expect, test } from 'vitest';
import { countCpuList, givenModel } from '../../../src/capability/facts/cpu.ts';

test.each([
  ['Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz', 'host'],
  ['Intel(R) Core(TM) i5 CPU         750  @ 2.67GHz', 'host'],
  ['AMD EPYC 7702 64-Core Processor', 'host'],
  ['13th Gen Intel(R) Core(TM) i7-13700K', 'host'],
  ['Intel Xeon Processor (Skylake, IBRS)', 'named'],
  ['Intel Core Processor (Haswell, no TSX)', 'named'],
  ['AMD EPYC Processor', 'named'],
  ['AMD EPYC-Rome Processor', 'named'],
  ['QEMU Virtual CPU version 2.5+', 'default'],
  ['QEMU TCG CPU version 2.5+', 'default'],
  ['Common KVM processor', 'default'],
])('the model %j is %s', (name, given) => {
  expect(givenModel(name)).toEqual({ state: 'known', value: given });
});

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
