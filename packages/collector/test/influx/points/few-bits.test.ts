import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toFewBits } from '../../../src/influx/points/few-bits.ts';

test('whole numbers below 262,144 are what they were', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 18), max: 2 ** 18 }), (value) => toFewBits(value) === value),
  );
});

test('whatever it was, it is off by 4 in a million at most, of 18 bits, and stays so', () => {
  const view = new DataView(new ArrayBuffer(8));
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e289, max: 1e289 }), (value) => {
      const kept = toFewBits(value);
      // What is next to zero has fewer bits of its own.
      if (Math.abs(value) > 1e-290) {
        expect(Math.abs(kept - value)).toBeLessThanOrEqual(Math.abs(value) / 250_000);
        view.setFloat64(0, kept);
        expect(view.getBigUint64(0) % 2n ** 35n).toBe(0n);
      }
      expect(toFewBits(kept)).toBe(kept);
    }),
  );
});

test.each([[Number.MAX_VALUE], [-1e300]])('%d is too large to be rounded', (value) => {
  expect(toFewBits(value)).toBe(value);
});
