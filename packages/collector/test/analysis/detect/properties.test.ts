import { seeded } from '@nestwatch/testkit/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changePoints } from '../../../src/analysis/detect/change-points.ts';
import type { Observation } from '../../../src/analysis/detect/observation.ts';
import { standing } from '../../../src/analysis/detect/standing.ts';
import { FRESH, track } from '../../../src/analysis/detect/tracker.ts';

const value = fc.double({ min: -20, max: 20, noNaN: true });
const observation: fc.Arbitrary<Observation> = fc.record(
  {
    timeUs: fc.nat(),
    own: value,
    reference: value,
    machine: fc.constantFrom('a', 'a', 'a', 'a', 'a', 'a', 'a', 'b'),
    environment: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
    disturbed: fc.constantFrom('void' as const, 'loaded' as const),
  },
  { requiredKeys: ['timeUs', 'own', 'reference', 'machine', 'environment'] },
);
const replay = (series: readonly Observation[]) => series.reduce((state, seen) => track(state, seen), FRESH);

test('whatever is measured, a stream has a finite standing', () => {
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 60 }), (series) => {
      const { slowdown = 1, usual = 1, spread = 1, minimumDetectable = 1 } = standing(replay(series));
      for (const figure of [slowdown, usual, spread, minimumDetectable]) {
        expect(figure).toBeGreaterThan(0);
        expect(Number.isNaN(figure)).toBe(false);
      }
    }),
  );
});

test('the unit in which times are given changes nothing but the usual', () => {
  fc.assert(
    fc.property(
      fc.array(observation, { maxLength: 60 }),
      fc.integer({ min: -8, max: 8 }),
      (series, shift) => {
        const { usual: _before, slowdown: before = 1, ...rest } = standing(replay(series));
        const shifted = series.map((seen) => ({ ...seen, own: seen.own + shift }));
        const { usual: _after, slowdown: after = 1, ...same } = standing(replay(shifted));
        expect({ state: same.state, samples: same.samples }).toEqual({
          state: rest.state,
          samples: rest.samples,
        });
        expect(Math.log(after)).toBeCloseTo(Math.log(before), 6);
      },
    ),
  );
});

test('change points are in order, within the history, and far enough apart', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), (values) => {
      const at = changePoints(values, seeded(1)).found.map((change) => change.at);
      const borders = [0, ...at, values.length];
      const gaps = borders.slice(1).map((border, index) => border - (borders[index] ?? 0));
      if (at.length > 0) expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
    }),
    { numRuns: 30 },
  );
});
