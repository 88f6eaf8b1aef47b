import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countCpuList, givenModel } from '../../../src/capability/facts/cpu.ts';
import { valueIn } from '../../../src/host/host.ts';

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

interface Names {
  readonly given: 'host' | 'named' | 'default';
  readonly source: string;
  readonly names: readonly string[];
}

const fixture = join(import.meta.dirname, '../../fixtures/real-world/cpu-models.json');
const lists = JSON.parse(readFileSync(fixture, 'utf8')) as Names[];

test.each(lists)('models that are $given, from $source', ({ given, names }) => {
  const wrong = names.filter((name) => valueIn(givenModel(name)) !== given);
  expect(wrong).toEqual([]);
});

test.each([
  ['AMD Phenom(tm) 9550 Quad-Core Processor', 'misalignsse'],
  ['Intel(R) Core(TM)2 Duo CPU     T7700  @ 2.40GHz', 'tsc_adjust'],
  ['Hygon Dhyana Processor', 'clzero'],
])('the CPU %j, which gave its name to a model, is told from it by %s', (name, flag) => {
  expect(givenModel(name, new Set([flag]))).toEqual({ state: 'known', value: 'host' });
});
