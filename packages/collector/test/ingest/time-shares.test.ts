import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import { createTimeShares } from '../../src/ingest/time-shares.ts';

test('a node whose messages took half a second waits, and has a quarter of each second then', () => {
  const clock = testClock();
  const shares = createTimeShares(25, clock);
  for (let at = 0; at < 10; at += 1) shares.take('a', 60_000, 100_000);
  expect([shares.has('a'), shares.has('b')]).toEqual([false, true]);
  clock.forward(399);
  expect(shares.has('a')).toBe(false);
  clock.forward(10);
  expect(shares.has('a')).toBe(true);
});

test('what the size of a message does not explain is not its doing', () => {
  const shares = createTimeShares(25, testClock());
  for (let at = 0; at < 1000; at += 1) shares.take('a', 10_000_000, 3);
  expect(shares.has('a')).toBe(true);
});
