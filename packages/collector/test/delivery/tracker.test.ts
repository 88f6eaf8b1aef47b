import { expect, test } from 'vitest';
import { restAfter } from '../../src/delivery/tracker.ts';

test.each([
  ['quick', 20_000, 1000],
  ['with thousands of nodes', 1_500_000, 15_000],
  ['kept waiting by a server that is away', 60_000_000, 30_000],
])('a merge that is %s', (_, tookUs, restMs) => {
  expect(restAfter(tookUs, 1000)).toBe(restMs);
});
