import { describe, expect, test } from 'vitest';
import { compareTimes } from '../src/compare-times.ts';

/** Normal deviates of a linear congruential sequence, so that each run draws the same. */
function deviates(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe('two sets of times', () => {
  test('are slower or faster where the whole interval says so', () => {
    expect(compareTimes([1, 1.01, 0.99], [1.6, 1.62, 1.58], 1.3)).toMatchObject({ verdict: 'slower' });
    expect(compareTimes([1.6, 1.62, 1.58], [1, 1.01, 0.99], 1.3)).toMatchObject({ verdict: 'faster' });
    expect(compareTimes([1, 1.01, 0.99], [1.1, 1.11, 1.09], 1.3)).toMatchObject({ verdict: 'same' });
  });

  test('that scatter give no verdict', () => {
    const change = compareTimes([1, 2, 0.5], [1.5, 3, 1], 1.3);
    expect(change?.verdict).toBe('too little to tell');
    expect(change?.low).toBeLessThan(1);
    expect(change?.high).toBeGreaterThan(1.3);
  });

  test('of which there are too few say nothing', () => {
    expect(compareTimes([1], [2], 1.3)).toBeUndefined();
    expect(compareTimes([], [1, 2, 3], 1.3)).toBeUndefined();
    expect(compareTimes([1, 1], [10], 1.3)?.high).toBeGreaterThan(10);
  });

  test('the interval is that of the textbook', () => {
    // Logarithms 0, 0.1, 0.2 and 0.3, 0.4, 0.5: spread 0.1, 4 degrees of freedom, 2.776 × 0.1 × √(2/3).
    const of = (...logs: number[]) => logs.map(Math.exp);
    const change = compareTimes(of(0, 0.1, 0.2), of(0.3, 0.4, 0.5), 1.1);
    expect(change?.ratio).toBeCloseTo(Math.exp(0.3), 9);
    expect(change?.low).toBeCloseTo(Math.exp(0.3 - 2.776 * 0.1 * Math.sqrt(2 / 3)), 9);
    expect(change?.high).toBeCloseTo(Math.exp(0.3 + 2.776 * 0.1 * Math.sqrt(2 / 3)), 9);
  });

  test.each([
    [3, 3],
    [10, 1],
    [20, 20],
  ])('of %i and %i runs the interval holds the truth 95 times in 100', (was, is) => {
    const draw = deviates(was * 100 + is);
    const times = (count: number) => Array.from({ length: count }, () => Math.exp(0.1 * draw()));
    const trials = 4000;
    const held = Array.from({ length: trials }, () => compareTimes(times(was), times(is), 1.3)).filter(
      (each) => each !== undefined && each.low <= 1 && each.high >= 1,
    ).length;
    expect(held / trials).toBeGreaterThan(0.94);
    expect(held / trials).toBeLessThan(0.97);
  });
});
