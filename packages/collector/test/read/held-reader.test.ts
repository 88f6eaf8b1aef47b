import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import { createHeldReader } from '../../src/read/held-reader.ts';

/** A store whose answers take this many ms and are numbered. */
function slowStore(tookMs: number) {
  const clock = testClock();
  let asked = 0;
  let isBroken = false;
  const query = async () => {
    asked += 1;
    const number = asked;
    await Promise.resolve();
    clock.forward(tookMs);
    if (isBroken) throw new Error('away');
    return [{ name: String(number), tags: {}, rows: [] }];
  };
  const reader = createHeldReader({ query, queryThinned: query }, clock);
  const ask = async (text = 'a') => (await reader.query(text))[0]?.name;
  return {
    ask,
    clock,
    asked: () => asked,
    break: () => {
      isBroken = true;
    },
  };
}

test('an answer is held for twenty times as long as it took', async () => {
  const { ask, clock } = slowStore(15);
  expect([await ask(), await ask('b')]).toEqual(['1', '2']);
  clock.forward(250);
  expect(await ask()).toBe('1');
  clock.forward(50);
  expect(await ask()).toBe('3');
});

test('equal questions are put once, however many ask', async () => {
  const { ask, asked } = slowStore(10);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['1', '1', '1']);
  expect(asked()).toBe(1);
});

test('a slow server is not waited for while its last answer is young, and asked again meanwhile', async () => {
  const { ask, clock, asked } = slowStore(500);
  await ask();
  clock.forward(20_000);
  expect(await ask()).toBe('1');
  expect(asked()).toBe(2);
  await new Promise((resolve) => setImmediate(resolve));
  clock.forward(120_000);
  expect(await ask()).toBe('3');
});

test('a failure is told, and not held', async () => {
  const store = slowStore(10);
  await store.ask();
  store.break();
  store.clock.forward(60_000);
  await expect(store.ask()).rejects.toThrow('away');
  await expect(store.ask('b')).rejects.toThrow('away');
});
