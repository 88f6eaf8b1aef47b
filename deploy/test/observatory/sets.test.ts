import { expect, test } from 'vitest';
import { seriesIn } from '../../observatory/series.ts';
import { fileOf, parseSet } from '../../observatory/sets.ts';

const usual = { qemu: ['10.0'], layers: 4, scheduler: [] };

test('one kernel is for all layers', () => {
  const set = parseSet('6.12', { ...usual, layers: 4 });
  expect(set.kernels).toEqual(new Array(4).fill({ version: '6.12' }));
  expect(fileOf(set)).toBe('6.12.json');
});

test('single layers have their own, and the others the usual one', () => {
  const set = parseSet('guest0=7.3, guest1=6.1', { ...usual, qemu: ['11.1'], layers: 4 });
  expect(set.name).toBe('7.3,6.1,usual,usual qemu 11.1');
  expect(set.kernels).toEqual([{ version: '7.3' }, { version: '6.1' }, undefined, undefined]);
  expect(set.qemus).toEqual(new Array(4).fill({ version: '11.1' }));
  expect(fileOf(set)).toBe('7.3,6.1,usual,usual-qemu-11.1.json');
});

test('a cascade of another depth has a file of its own', () => {
  expect(fileOf(parseSet('6.12', { ...usual, layers: 2 }))).toBe('6.12-2-layers.json');
});

test('features of the scheduler are part of the name', () => {
  const set = parseSet('7.3', { ...usual, scheduler: ['NO_HRTICK'], layers: 3 });
  expect(set.name).toBe('7.3 NO_HRTICK 3 layers');
  expect(fileOf(set)).toBe('7.3-NO_HRTICK-3-layers.json');
  expect(() => parseSet('7.3', { ...usual, scheduler: ['a;b'] })).toThrow('not "a;b"');
});

test('what cannot be read is refused by name', () => {
  expect(() => parseSet('', usual)).toThrow('--kernel is empty');
  expect(() => parseSet('6.1,7.3', usual)).toThrow('"7.3" comes second for all layers');
  expect(() => parseSet('guest4=7.3', usual)).toThrow('unknown layer "guest4"');
});

test('the series of a package is what its version begins with', () => {
  expect(seriesIn('6.12.117-1')).toBe('6.12');
  expect(seriesIn('5.10.257-1')).toBe('5.10');
  expect(seriesIn('unstable')).toBeUndefined();
});
