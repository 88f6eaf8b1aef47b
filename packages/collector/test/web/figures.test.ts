import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ago,
  bytes,
  median,
  memory,
  percent,
  perUnit,
  seconds,
  significant,
  times,
} from '../../src/web/figures.ts';

describe('figures as people read them', () => {
  test.each([
    [seconds(1.2345), '1.23 s'],
    [seconds(0.0005), '500 µs'],
    [seconds(2.5e-8), '25.0 ns'],
    [seconds(0.99999999), '1.00 s'],
    [bytes(999_999_999.9), '1.00 GB'],
    [bytes(550e6), '550 MB'],
    [memory(4 * 1024 ** 3), '4.00 GiB'],
    [percent(0.034), '3.4 %'],
    [percent(0), '0 %'],
    [times(2.4), '×2.40'],
    [times(123.4), '×123'],
    [perUnit(1e-9, 'byte'), '1.00 GB/s'],
    [perUnit(0.005, 'spawn'), '5.00 ms per spawn'],
    [perUnit(221, 'run'), '221 s'],
    [significant(0.01234), '0.0123'],
    [ago(0, 4e6), '4 s ago'],
    [ago(0, 7200e6), '2 h ago'],
    [ago(10e6, 0), '0 s ago'],
  ])('%s', (shown, expected) => expect(shown).toBe(expected));

  test('any positive number is shown with a unit and without an exponent', () => {
    const positive = fc.double({ min: 1e-9, max: 1e6, noNaN: true });
    fc.assert(fc.property(positive, (value) => /^\d[\d.]* (s|ms|µs|ns)$/.test(seconds(value))));
  });

  test('the median of an even number of values is between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeUndefined();
  });
});
