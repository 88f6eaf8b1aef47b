import { expect, test } from 'vitest';
import { silentLog } from '../src/log.ts';
import { keepRunning, type RetryOptions, retryUntil } from '../src/retry.ts';

function setUp(more: Partial<RetryOptions> = {}) {
  const stop = new AbortController();
  const waits: number[] = [];
  const options: RetryOptions = {
    log: silentLog,
    failing: 'it fails',
    signal: stop.signal,
    firstMs: 100,
    maxMs: 400,
    random: () => 0.5,
    pause: async (ms, signal) => {
      waits.push(ms);
      return !signal.aborted;
    },
    ...more,
  };
  return { stop, waits, options };
}

test('tries until it works, with longer and longer pauses', async () => {
  const told: unknown[] = [];
  const { waits, options } = setUp({ onFailure: (error) => told.push(error) });
  let tries = 0;
  const act = async () => {
    tries += 1;
    if (tries < 5) throw tries;
    return 'done';
  };
  expect(await retryUntil(act, options)).toBe('done');
  expect(waits).toEqual([100, 200, 400, 400]);
  expect(told).toEqual([1, 2, 3, 4]);
});

test('gives undefined when it is stopped, having tried at least once', async () => {
  const { stop, options } = setUp();
  stop.abort();
  expect(await retryUntil(async () => 'done', options)).toBe('done');
  expect(await retryUntil(() => Promise.reject(new Error('no')), options)).toBe(undefined);
});

test('throws at once what is final', async () => {
  const { waits, options } = setUp({ giveUp: (error) => error === 'final' });
  await expect(retryUntil(() => Promise.reject('final'), options)).rejects.toBe('final');
  await expect(keepRunning(() => Promise.reject('final'), options)).rejects.toBe('final');
  expect(waits).toEqual([]);
});

test('runs sessions until it is stopped; one that works begins anew with short pauses', async () => {
  const { stop, waits, options } = setUp();
  let session = 0;
  await keepRunning(async (works) => {
    session += 1;
    if (session === 3) works();
    if (session === 4) return;
    if (session === 6) stop.abort();
    throw new Error(`session ${session}`);
  }, options);
  expect(session).toBe(6);
  // Two fail, one works and fails then, one ends by itself, one fails.
  expect(waits).toEqual([100, 200, 100, 100, 100]);
});
