import { expect, test } from 'vitest';
import { formatValue } from '../../src/commands/format-value.ts';

test('values are written for people', () => {
  const of = (unit: Parameters<typeof formatValue>[0]['unit'], value: unknown) =>
    formatValue({ name: 'x', unit, kind: 'gauge', meaning: '' }, value);
  expect(of('ratio', 0.1234)).toBe('12.3 %');
  expect(of('bytes', 0)).toBe('0 B');
  expect(of('bytes', 1536)).toBe('1.50 KiB');
  expect(of('bytes/s', 5 * 2 ** 50)).toBe('5120 TiB/s');
  expect(of('microseconds', 12_345)).toBe('12.3 ms');
  expect(of('microseconds', 0.0712)).toBe('0.071 µs');
  expect(of('per second', 12345.6)).toBe('12346 /s');
  expect(of('text', 'tsc')).toBe('tsc');
});
