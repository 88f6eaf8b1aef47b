import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSyncedLabClock } from '../../../src/runtime/clock-sync/synced-lab-clock.ts';

const exchange = (monoUs: number, labUs: number, there = 100, back = 100) => ({
  sentMonoUs: monoUs - there,
  receivedMonoUs: monoUs + back,
  serverReceivedUs: labUs,
  serverSentUs: labUs,
  collector: 'c',
});

test('later messages never stand before earlier ones, however the estimate is corrected', () => {
  const jitter = fc.integer({ min: 10, max: 30_000 });
  const steps = fc.array(fc.record({ there: jitter, back: jitter }), { minLength: 4, maxLength: 40 });
  fc.assert(
    fc.property(steps, (all) => {
      const clock = createSyncedLabClock({});
      let newest = 0;
      all.forEach(({ there, back }, at) => {
        clock.learn(exchange(at * 2e6, 1e15 + at * 2e7, there, back), { parent: '' });
        for (const monoUs of [at * 2e6, at * 2e6 + 100, at * 2e6 + 1_999_999]) {
          const labUs = clock.estimate(monoUs)?.labUs ?? newest;
          expect(labUs).toBeGreaterThanOrEqual(newest);
          newest = labUs;
        }
      });
    }),
  );
});

test('has no estimate before the rate is measured, and keeps the first one apart', () => {
  const clock = createSyncedLabClock({});
  expect(clock.estimate(1)).toBeUndefined();
  clock.learn(exchange(1e6, 1e15), { parent: '' });
  expect(clock.estimate(2e6)).toBeUndefined();
  clock.learn(exchange(2e6, 1e15 + 1e7), { parent: '' });
  expect(clock.estimate(3e6)?.rate).toBeCloseTo(10, 3);
  const { first } = clock;
  clock.learn(exchange(9e6, 1e15 + 8.1e7), { parent: '' });
  expect(clock.first).toEqual(first);
});

test('what was configured stays, what was told fills the rest', () => {
  const told = { layer: 2, parent: 'p' };
  const free = createSyncedLabClock({});
  const fixed = createSyncedLabClock({ layer: 0, parent: '' });
  expect(free.position()).toEqual({ parent: '' });
  for (const clock of [free, fixed]) clock.learn(exchange(1e6, 1e15), told);
  expect(free.position()).toEqual(told);
  expect(fixed.position()).toEqual({ layer: 0, parent: '' });
});
