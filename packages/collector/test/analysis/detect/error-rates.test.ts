import { describe, expect, test } from 'vitest';
import { falseAlarms, found } from './error-rates.ts';
import { NOISE_KINDS } from './simulation.ts';

/**
 * Promised: on same-round ratios, at up to 10 % noise of every kind, at most 0.1 false alarms in 100 rounds, and
 * at least 98 of 100 slowdowns of 1.5 times found within three rounds. Here each is tried on a sample that takes
 * seconds, and fails when its 95 % interval lies wholly on the wrong side; `npm run detection` tries far more
 * and asks for the whole interval on the right side.
 */
describe.each(NOISE_KINDS)('%s noise', (kind) => {
  test.each([0.05, 0.1])('of %d: rarely a false alarm', (noise) => {
    expect(falseAlarms({ kind, noise }, 120).low).toBeLessThanOrEqual(0.001);
  });

  test('of 0.1: a slowdown of 1.5 times is found within three rounds', () => {
    expect(found({ kind, noise: 0.1 }, 1.5, 90, 150).high).toBeGreaterThanOrEqual(0.98);
  });

  test('of 0.05: a slowdown of 2.4 times is found early in life, after 16 rounds', () => {
    expect(found({ kind, noise: 0.05 }, 2.4, 16, 100).high).toBeGreaterThanOrEqual(0.98);
  });
});

test('noise that spoils every figure does not raise alarms either: it raises the minimum detectable change', () => {
  expect(falseAlarms({ kind: 'gaussian', noise: 0.4 }, 100).low).toBeLessThanOrEqual(0.001);
});
