import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrowthGuard } from '../../src/ingest/growth-guard.ts';

const wide = {
  'limits.labs': 10,
  'limits.nodes': 10,
  'limits.boots': 10,
  'limits.node-series': 1000,
  'limits.lab-series': 1000,
};
const HOUR_US = 3_600_000_000;

test('series are counted once, in whatever order', () => {
  const series = fc.integer({ min: -15, max: 15 });
  fc.assert(
    fc.property(fc.array(fc.array(series, { maxLength: 10 }), { maxLength: 20 }), (messages) => {
      const distinct = new Set(messages.flat()).size;
      const attempt = (seriesPerNode: number) => () => {
        const guard = createGrowthGuard({ ...wide, 'limits.node-series': seriesPerNode });
        for (const each of messages) guard.admit({ lab: 'l', node: 'n', runId: 'b', series: each }, 0);
      };
      expect(attempt(Math.max(1, distinct))).not.toThrow();
      if (distinct > 1) expect(attempt(distinct - 1)).toThrow('setting limits.node-series');
    }),
  );
});

test('each limit names itself, and what is refused changes nothing', () => {
  const guard = createGrowthGuard({
    ...wide,
    'limits.labs': 1,
    'limits.nodes': 1,
    'limits.boots': 2,
    'limits.lab-series': 2,
  });
  const admit = (lab: string, node: string, runId: string, series: number[] = [], nowUs = 0) =>
    guard.admit({ lab, node, runId, series }, nowUs);
  admit('l', 'n', 'b1', [1, 2]);
  expect(() => admit('other', 'n', 'b')).toThrow('setting limits.labs');
  expect(() => admit('l', 'other', 'b')).toThrow('setting limits.nodes');
  expect(() => admit('l', 'n', 'b1', [3])).toThrow('setting limits.lab-series');
  admit('l', 'n', 'b2');
  expect(() => admit('l', 'n', 'b3')).toThrow('setting limits.boots');
  expect(guard.knows({ lab: 'l', node: 'n', runId: 'b3' })).toBe(false);
  // Runs that began more than an hour ago do not count, and known ones go on.
  admit('l', 'n', 'b1');
  admit('l', 'n', 'b3', [], 2 * HOUR_US);
  expect(guard.knows({ lab: 'l', node: 'n', runId: 'b3' })).toBe(true);
});
