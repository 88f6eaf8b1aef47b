import { expect, test } from 'vitest';
import { createBackoff, pause } from '../src/backoff.ts';

test('waiting times double up to the limit, and start again after a reset', () => {
  const backoff = createBackoff({ firstMs: 100, maxMs: 400, random: () => 0.5 });
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 200, 400, 400]);
  backoff.reset();
  expect(backoff.next()).toBe(100);
});

test('each is spread over a quarter either way', () => {
  expect(createBackoff({ firstMs: 100, maxMs: 100, random: () => 0 }).next()).toBe(75);
  expect(createBackoff({ firstMs: 100, maxMs: 100, random: () => 0.999 }).next()).toBe(125);
});

test('a pause ends with false when it is broken off, even before it began', async () => {
  const stop = new AbortController();
  const waiting = pause(60_000, stop.signal);
  stop.abort();
  expect(await waiting).toBe(false);
  expect(await pause(60_000, stop.signal)).toBe(false);
  expect(await pause(1, new AbortController().signal)).toBe(true);
});
