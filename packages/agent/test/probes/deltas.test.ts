import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDeltaMeter } from '../../src/probes/deltas.ts';

test('a rate is growth over monotonic seconds', () => {
  const meter = createDeltaMeter();
  expect(meter.next(0, { a: 5 })).toBeUndefined();
  const deltas = meter.next(2_000_000, { a: 25, fresh: 3 });
  expect(deltas?.seconds).toBe(2);
  expect(deltas?.growth('a')).toBe(20);
  expect(deltas?.rate('a')).toBe(10);
  expect(deltas?.rate('fresh')).toBeUndefined();
  expect(deltas?.resets()).toBe(0);
});

test('a counter that went back is a reset, counted once, and measured from its new value on', () => {
  const meter = createDeltaMeter();
  meter.next(0, { a: 100 });
  const reset = meter.next(1_000_000, { a: 7 });
  expect(reset?.rate('a')).toBeUndefined();
  expect(reset?.growth('a')).toBeUndefined();
  expect(reset?.resets()).toBe(1);
  expect(meter.next(2_000_000, { a: 17 })?.rate('a')).toBe(10);
});

test('a clock that stands still gives no deltas', () => {
  const meter = createDeltaMeter();
  meter.next(5, { a: 1 });
  expect(meter.next(5, { a: 2 })).toBeUndefined();
});

test('whatever the counters do, growth is never negative and never above the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer(), fc.double())), fc.nat(), (values, atMost) => {
      const meter = createDeltaMeter();
      for (const [at, a] of values.entries()) {
        const grown = meter.next(at, { a })?.growth('a', atMost) ?? 0;
        expect(grown).toBeGreaterThanOrEqual(0);
        expect(grown).toBeLessThanOrEqual(atMost);
      }
    }),
  );
});
