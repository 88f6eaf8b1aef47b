import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPieces } from '../../../src/influx/move/pieces.ts';

const HOUR_US = 3_600_000_000;

/** All spans, of points that stand as densely as told; those with more than fit are told to be too long. */
function spansOf(fromUs: number, endUs: number, pointsPerHour: number, most: number) {
  const pieces = createPieces(fromUs, endUs);
  const spans: (readonly [number, number])[] = [];
  for (let span = pieces.next(); span !== undefined; span = pieces.next()) {
    const rows = ((span[1] - span[0]) / HOUR_US) * pointsPerHour;
    if (rows > most) {
      expect(pieces.tooLong()).toBe(true);
      continue;
    }
    spans.push(span);
    pieces.done(rows);
  }
  return spans;
}

test('pieces follow each other without a gap, to the end, none with more than fits in an answer', () => {
  const density = fc.integer({ min: 0, max: 5_000_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 * 24 }), density, (hours, pointsPerHour) => {
      const spans = spansOf(7, 7 + hours * HOUR_US, pointsPerHour, 60_000);
      expect(spans[0]?.[0]).toBe(7);
      expect(spans.at(-1)?.[1]).toBe(7 + hours * HOUR_US);
      expect(spans.slice(1).every(([from], at) => from === spans[at]?.[1])).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('where little stands a month is a few pieces', () => {
  expect(spansOf(0, 30 * 24 * HOUR_US, 10, 60_000).length).toBeLessThan(20);
});

test('a span that cannot be shorter is told', () => {
  const pieces = createPieces(0, HOUR_US);
  let times = 0;
  while (pieces.tooLong()) times += 1;
  expect(times).toBeGreaterThan(5);
  expect(pieces.next()).toEqual([0, 1000]);
});
