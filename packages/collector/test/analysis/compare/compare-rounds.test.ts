import { expect, test } from 'vitest';
import { compareRounds } from '../../../src/analysis/compare/compare-rounds.ts';
import { type NoiseKind, simulate } from '../detect/simulation.ts';

const TRIALS = 1000;

/** Of comparisons of unchanged rounds, or of a step: how many hold the truth and how many say "slower", in 100. */
function rates(kind: NoiseKind, rounds: number, step: number, worth: number) {
  let [holds, slower] = [0, 0];
  for (let seed = 1; seed <= TRIALS; seed += 1) {
    const times = simulate({ kind, noise: 0.1 * Math.SQRT2, rounds: 2 * rounds, seed }).map(({ own }) =>
      Math.exp(own),
    );
    const after = times.slice(rounds).map((each) => step * each);
    const change = compareRounds(times.slice(0, rounds), after, worth);
    if (change === undefined) throw new Error('there are rounds enough');
    if (change.low <= step && step <= change.high) holds += 1;
    if (change.verdict === 'slower') slower += 1;
  }
  return { holds: (100 * holds) / TRIALS, slower: (100 * slower) / TRIALS };
}

test.each([
  ['gaussian', 10, 94],
  ['gaussian', 30, 94],
  ['autocorrelated', 10, 88],
  ['autocorrelated', 30, 93],
  ['spiky', 30, 94],
] as const)('%s noise, %i rounds on each side: the interval holds the truth', (kind, rounds, least) => {
  expect(rates(kind, rounds, 1, 1.1).holds).toBeGreaterThan(least);
});

test.each([
  ['gaussian', 3],
  ['gaussian', 30],
  ['autocorrelated', 3],
  ['autocorrelated', 10],
  ['autocorrelated', 30],
  ['spiky', 10],
] as const)('%s noise, %i rounds on each side: what did not change does not fail', (kind, rounds) => {
  expect(rates(kind, rounds, 1, 1.3).slower).toBeLessThan(0.5);
});

test.each([
  ['gaussian', 3, 88],
  ['gaussian', 10, 98],
  ['spiky', 10, 90],
  ['autocorrelated', 30, 98],
] as const)('%s noise, %i rounds on each side: what is 1.5 times slower does', (kind, rounds, least) => {
  expect(rates(kind, rounds, 1.5, 1.3).slower).toBeGreaterThan(least);
});
