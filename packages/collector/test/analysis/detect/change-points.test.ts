import { seeded } from '@nestwatch/testkit/random';
import { expect, test } from 'vitest';
import { changePoints } from '../../../src/analysis/detect/change-points.ts';
import { withStep } from '../../../src/analysis/detect/injected.ts';
import { share } from './error-rates.ts';
import { NOISE_KINDS, type NoiseKind, simulate } from './simulation.ts';

const ratios = (
  kind: NoiseKind,
  rounds: number,
  seed: number,
  steps: readonly (readonly [number, number])[] = [],
) =>
  steps
    .reduce(
      (series, [at, factor]) => withStep(series, at, factor),
      simulate({ kind, noise: 0.05, rounds, seed }),
    )
    .map((seen) => seen.own - seen.reference);

const NONE = { found: [], listed: [] };

test('dates a slowdown and its end, and says how large they were', () => {
  const { listed: found } = changePoints(
    ratios('gaussian', 90, 3, [
      [30, 1.5],
      [60, 1 / 1.5],
    ]),
    seeded(1),
  );
  expect(found.map((change) => change.at)).toEqual([30, 60]);
  expect(found[0]?.factor).toBeCloseTo(1.5, 1);
  expect(found[1]?.factor).toBeCloseTo(1 / 1.5, 1);
});

test('finds nothing in histories too short to be divided', () => {
  expect(changePoints([], seeded(1))).toEqual(NONE);
  expect(changePoints([0, 0, 0, 1, 1, 1, 1, 1, 1], seeded(1))).toEqual(NONE);
});

test('takes a history that never varies for one segment', () => {
  expect(changePoints(new Array(40).fill(0.5), seeded(1))).toEqual(NONE);
});

// Otava's method gave 1 to 3 % (Gaussian), 33 to 80 % (autocorrelated), 10 to 22 % (spiky) in the same setting.
test.each(NOISE_KINDS)('rarely divides an unchanged history: %s noise', (kind) => {
  let divided = 0;
  for (let seed = 0; seed < 60; seed += 1) {
    if (changePoints(ratios(kind, 50, seed), seeded(seed)).found.length > 0) divided += 1;
  }
  expect(share(divided, 60).low).toBeLessThan(0.05);
});

test('gives the same answer for the same history', () => {
  const history = ratios('autocorrelated', 60, 9, [[25, 1.4]]);
  expect(changePoints(history, seeded(4))).toEqual(changePoints(history, seeded(4)));
});

test('finds the same in whatever unit and of whatever size, and lists what is 1.1 times or more', () => {
  const large = ratios('gaussian', 80, 5, [
    [30, 1.3],
    [55, 1.25],
  ]);
  const small = large.map((value) => value / 20 + 7);
  const { found, listed } = changePoints(large, seeded(1));
  expect(found.map(({ at }) => at)).toEqual([30, 55]);
  expect(listed).toEqual(found);
  const ofSmall = changePoints(small, seeded(1));
  expect(ofSmall.found.map(({ at, chance }) => [at, chance])).toEqual(
    found.map(({ at, chance }) => [at, chance]),
  );
  expect(ofSmall.listed).toEqual([]);
});
