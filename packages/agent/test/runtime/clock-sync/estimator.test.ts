import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestOf,
  createEstimator,
  type Exchange,
  labTimeAt,
  roundTripUs,
} from '../../../src/runtime/clock-sync/estimator.ts';

const START_LAB_US = 1_800_000_000_000_000;

/** A collector's clock that runs `rate` times as fast as ours, and a network with the given delays (µs of ours). */
function exchangeAt(
  monoUs: number,
  { rate, offsetUs = 0, there, back }: { rate: number; offsetUs?: number; there: number; back: number },
): Exchange {
  const lab = (atUs: number) => START_LAB_US + offsetUs + atUs * rate;
  return {
    sentMonoUs: monoUs,
    receivedMonoUs: monoUs + there + back,
    serverReceivedUs: Math.round(lab(monoUs + there)),
    serverSentUs: Math.round(lab(monoUs + there)),
    collector: 'c',
  };
}

const delay = fc.integer({ min: 50, max: 40_000 });
const delays = fc.array(fc.record({ there: delay, back: delay }), { minLength: 12, maxLength: 60 });
const rate = fc.double({ min: 0.5, max: 20, noNaN: true });

describe('the estimator', () => {
  test('is never off by more than the longest round trip, at any rate and with any delays', () => {
    fc.assert(
      fc.property(rate, delays, (truth, all) => {
        const estimator = createEstimator();
        all.forEach((each, at) => {
          expect(estimator.add(exchangeAt(at * 1_000_000, { rate: truth, ...each })).kind).toBe('agrees');
        });
        const { estimate } = estimator;
        if (estimate === undefined) throw new Error('no estimate after all exchanges');
        expect(estimator.rateKnown).toBe(true);
        const worstUs = Math.max(...all.map(({ there, back }) => there + back)) * truth;
        const nowUs = all.length * 1_000_000;
        expect(Math.abs(labTimeAt(estimate, nowUs) - (START_LAB_US + nowUs * truth))).toBeLessThan(worstUs);
        expect(estimate.rate / truth).toBeCloseTo(1, 1);
      }),
    );
  });

  test('finds a guest second that lasts ten of the collector, from two exchanges', () => {
    const estimator = createEstimator();
    estimator.add(exchangeAt(0, { rate: 10, there: 200, back: 200 }));
    expect(estimator.rateKnown).toBe(false);
    estimator.add(exchangeAt(200_000, { rate: 10, there: 200, back: 200 }));
    expect(estimator.rateKnown).toBe(true);
    expect(estimator.estimate?.rate).toBeCloseTo(10, 2);
  });

  test('takes a machine that stood still for a jump of that length, and keeps the rate', () => {
    fc.assert(
      fc.property(rate, delays, fc.integer({ min: 10_000_000, max: 1e12 }), (truth, all, stoodStillUs) => {
        const estimator = createEstimator();
        all.forEach((each, at) => {
          estimator.add(exchangeAt(at * 1_000_000, { rate: truth, ...each }));
        });
        const before = estimator.estimate?.rate;
        const nowUs = all.length * 1_000_000;
        const late = { rate: truth, offsetUs: stoodStillUs, there: 300, back: 300 };
        const verdict = estimator.add(exchangeAt(nowUs, late));
        expect(verdict.kind).toBe('jumped');
        const byUs = verdict.kind === 'jumped' ? verdict.byUs : 0;
        expect(Math.abs(byUs - stoodStillUs)).toBeLessThan(1_700_000);
        expect(estimator.estimate?.rate).toBe(before);
        const truthUs = START_LAB_US + stoodStillUs + nowUs * truth;
        expect(Math.abs((estimator.estimate?.labUs ?? 0) - truthUs)).toBeLessThan(600 * truth + 2);
      }),
    );
  });

  test('tells a collector whose clock went back', () => {
    const estimator = createEstimator();
    for (let at = 0; at < 5; at += 1) estimator.add(exchangeAt(at * 1e6, { rate: 1, there: 200, back: 200 }));
    const verdict = estimator.add(exchangeAt(5e6, { rate: 1, offsetUs: -3e6, there: 200, back: 200 }));
    expect(verdict).toMatchObject({ kind: 'jumped' });
    expect(verdict.kind === 'jumped' && verdict.byUs).toBeLessThan(-2_900_000);
  });

  test('does not mix the clocks of two collectors, and changes over when the first is silent', () => {
    const estimator = createEstimator();
    const other = (at: number) => ({
      ...exchangeAt(at * 1e6, { rate: 1, offsetUs: 60e6, there: 100, back: 100 }),
      collector: 'd',
    });
    for (let at = 0; at < 4; at += 1) estimator.add(exchangeAt(at * 1e6, { rate: 1, there: 100, back: 100 }));
    expect(estimator.add(other(4)).kind).toBe('ignored');
    estimator.add(exchangeAt(5e6, { rate: 1, there: 100, back: 100 }));
    expect([6, 7, 8].map((at) => estimator.add(other(at)).kind)).toEqual(['ignored', 'ignored', 'ignored']);
    expect(estimator.add(other(9)).kind).toBe('agrees');
    expect(estimator.estimate?.labUs).toBeCloseTo(START_LAB_US + 60e6 + 9e6 + 100, -1);
  });
});

test('the best exchange of a burst is the one with the shortest round trip', () => {
  const exchanges = [300, 90, 500].map((there, at) => exchangeAt(at, { rate: 1, there, back: 10 }));
  expect(roundTripUs(bestOf(exchanges) ?? exchangeAt(0, { rate: 1, there: 0, back: 0 }))).toBe(100);
  expect(bestOf([])).toBeUndefined();
});
