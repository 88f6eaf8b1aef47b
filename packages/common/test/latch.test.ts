import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createLatch } from '../src/latch.ts';

test('who waits is woken, all of them at once', async () => {
  const latch = createLatch();
  const both = [latch.wait(), latch.wait({ limitMs: 60_000 })];
  latch.wake();
  expect(await Promise.all(both)).toEqual([true, true]);
});

test('a wake before the wait is not lost, counts once, and can be forgotten', async () => {
  const latch = createLatch();
  latch.wake();
  latch.wake();
  expect(await latch.wait()).toBe(true);
  expect(await latch.wait({ limitMs: 1 })).toBe(false);
  latch.wake();
  latch.clear();
  expect(await latch.wait({ limitMs: 1 })).toBe(false);
});

test('a wake that somebody waited for is not kept for the next', async () => {
  const latch = createLatch();
  const first = latch.wait();
  latch.wake();
  await first;
  expect(await latch.wait({ limitMs: 1 })).toBe(false);
});

test('an aborted signal ends the wait, also one that was aborted before', async () => {
  const latch = createLatch();
  const stop = new AbortController();
  const waiting = latch.wait({ signal: stop.signal, limitMs: 60_000 });
  stop.abort();
  expect(await waiting).toBe(false);
  expect(await latch.wait({ signal: stop.signal })).toBe(false);
});

/** Without it the heap shows what nobody has looked at yet, as well. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

test('a million waits leave neither listeners nor memory behind', async () => {
  const latch = createLatch();
  const { signal } = new AbortController();
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round++) {
      const waiting = latch.wait({ signal, limitMs: 60_000 });
      latch.wake();
      await waiting;
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = await rounds(100_000);
  const after = await rounds(900_000);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  // Ten bytes kept from each wait would be 9 MB.
  expect(after - before).toBeLessThan(4 * 1024 ** 2);
});
