import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatAgo,
  formatCost,
  formatDuration,
  formatFactor,
  formatMemory,
  formatPercent,
  formatQuantity,
  formatTime,
  significant,
} from '../src/quantities.ts';

test.each([
  [significant(0), '0'],
  [significant(1234), '1234'],
  [significant(99.96), '100'],
  [significant(1.2), '1.20'],
  [significant(0.01234), '0.0123'],
  [significant(0.0712, 3), '0.071'],
  [formatTime(0), '0 s'],
  [formatTime(1.2345), '1.23 s'],
  [formatTime(0.0005), '500 µs'],
  [formatTime(8e-8), '80.0 ns'],
  [formatTime(0.99999999), '1.00 s'],
  [formatTime(-0.0015), '-1.50 ms'],
  [formatQuantity(999_999_999.9, 'B'), '1.00 GB'],
  [formatQuantity(550e6, 'B'), '550 MB'],
  [formatQuantity(12, 'B'), '12 B'],
  [formatQuantity(0, 'B'), '0 B'],
  [formatMemory(4 * 1024 ** 3), '4.00 GiB'],
  [formatMemory(1536), '1.50 KiB'],
  [formatMemory(5 * 2 ** 50), '5120 TiB'],
  [formatCost(1e-9, 'byte'), '1.00 GB/s'],
  [formatCost(7.24e-6, 'exit'), '7.24 µs'],
  [formatPercent(0), '0 %'],
  [formatPercent(0.034), '3.4 %'],
  [formatPercent(0.34), '34 %'],
  [formatPercent(0.34, 1), '34.0 %'],
  [formatFactor(2.4), '×2.40'],
  [formatFactor(0.394), '×0.39'],
  [formatFactor(123.4), '×123'],
  [formatDuration(119.4), '119 s'],
  [formatDuration(120), '2 min'],
  [formatDuration(7200), '2 h'],
  [formatDuration(172_800), '2 days'],
  [formatAgo(0, 4e6), '4 s ago'],
  [formatAgo(10e6, 0), '0 s ago'],
])('%s', (shown, expected) => expect(shown).toBe(expected));

test('any positive number is shown with a unit, without an exponent, and right to three digits', () => {
  const positive = fc.double({ min: 1e-9, max: 1e12, noNaN: true });
  const sizes: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9 };
  fc.assert(
    fc.property(positive, (value) => {
      const [, number, unit] = /^(\d[\d.]*) (s|ms|µs|ns)$/.exec(formatTime(value)) ?? [];
      const shown = Number(number) * (sizes[unit ?? ''] ?? Number.NaN);
      expect(Math.abs(shown / value - 1)).toBeLessThan(0.0051);
      expect(formatQuantity(value, 'B')).toMatch(/^\d[\d.]* [kMGT]?B$/);
    }),
  );
});
