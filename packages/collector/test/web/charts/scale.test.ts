import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logScale } from '../../../src/web/charts/scale.ts';

const value = fc.double({ min: 1e-12, max: 1e6, noNaN: true });

test('every value and every label lies within the axis, in order', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const scale = logScale(values, 100, 500);
      const inside = (at: number) => at >= 99.9 && at <= 500.1;
      const ticks = scale.ticks.map(scale.at);
      expect(values.map(scale.at).every(inside)).toBe(true);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.every(inside)).toBe(true);
      expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
    }),
  );
});
