import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSyncedLabClock } from '../../src/runtime/clock-sync/synced-lab-clock.ts';
import { createHeaderMaker } from '../../src/runtime/header.ts';

const exchange = (monoUs: number, labUs: number, there: number, back: number) => ({
  sentMonoUs: monoUs - there,
  receivedMonoUs: monoUs + back,
  serverReceivedUs: labUs,
  serverSentUs: labUs,
  collector: 'c',
});

function maker() {
  let monoUs = 0;
  const labClock = createSyncedLabClock({});
  const clock = {
    monoUs: () => monoUs,
    // In ms, as Date.now() does it.
    wallUs: () => 2e15 + Math.floor(monoUs / 1000) * 1000,
    setTimeout: () => () => undefined,
  };
  const header = createHeaderMaker({ lab: 'lab', node: 'n', name: 'n', clock, labClock }, 10_000, {
    runId: 'run00000-00000000',
    freed: () => 0,
  });
  const at = (us: number) => {
    monoUs = us;
    return header();
  };
  return { labClock, at };
}

test('no two messages of a run carry the same time, on either clock, however the estimate is corrected', () => {
  const jitter = fc.integer({ min: 10, max: 200_000 });
  const steps = fc.array(fc.record({ there: jitter, back: jitter }), { minLength: 4, maxLength: 40 });
  fc.assert(
    fc.property(steps, (all) => {
      const { labClock, at } = maker();
      const times = all.flatMap(({ there, back }, second) => {
        labClock.learn(exchange(second * 1e6, 1e15 + second * 1e6, there, back), { parent: '' });
        return [0, 1, 2, 50_000, 100_000, 999_999].map((us) => at(second * 1e6 + us));
      });
      const lab = times.flatMap(({ labUs }) => labUs ?? []);
      expect(new Set(lab).size).toBe(lab.length);
      expect(new Set(times.map(({ wallUs }) => wallUs)).size).toBe(times.length);
    }),
  );
});

test('what the slow answers of a line set back is the next µs, until the estimate is past it', () => {
  const { labClock, at } = maker();
  for (const second of [0, 10, 20]) {
    labClock.learn(exchange(second * 1e6, 1e15 + second * 1e6, 60_000, 0), { parent: '' });
  }
  const first = at(20_100_000).labUs ?? 0;
  labClock.learn(exchange(20_150_000, 1e15 + 20_150_000, 1, 1), { parent: '' });
  expect([20_101_000, 20_102_000].map((us) => (at(us).labUs ?? 0) - first)).toEqual([1, 2]);
  expect((at(21_000_000).labUs ?? 0) - first).toBeGreaterThan(800_000);
});
