import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessAborted } from '../src/unless-aborted.ts';

const never = new Promise<string>(() => undefined);

test('what the promise gives, and its error', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve('a'), signal)).toBe('a');
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('undefined when the signal is or becomes aborted', async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(never, stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(await unlessAborted(Promise.resolve('a'), stop.signal)).toBeUndefined();
});
