import { expect, test } from 'vitest';
import { describeMachine } from '../../../src/host/inventory/describe.ts';
import { takeInventory } from '../../../src/host/inventory/take.ts';

const script = (code: string) => [process.execPath, '-e', code] as [string, ...string[]];
const take = (code: string, timeoutMs = 60_000, signal = new AbortController().signal) =>
  takeInventory({ command: script(code), timeoutMs, signal });

test('this machine is described', async () => {
  const inventory = await describeMachine();
  expect(inventory.osRelease).toMatch(/\w/);
  expect(inventory.networkInterfaces?.every((line) => line.length > 0)).toBe(true);
});

test('the inventory is what the process prints', async () => {
  const found = await take(
    `console.log(JSON.stringify({ product: 'Standard PC', disks: ['vda', 7], os: 1 }))`,
  );
  expect(found).toEqual({
    state: 'known',
    value: { manufacturer: '', product: 'Standard PC', osRelease: '', disks: ['vda'], networkInterfaces: [] },
  });
});

test('a process that hangs is ended, with the programs it started', async () => {
  const found = await take(
    `require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`,
    300,
  );
  expect(found).toEqual({ state: 'unknown', reason: 'inventory: no answer in 300 ms' });
});

test('failure, nonsense, floods and a stop each give the reason', async () => {
  expect(await take('process.exit(3)')).toMatchObject({ reason: 'inventory: ended by exit code 3' });
  expect(await take('console.log("[1]")')).toMatchObject({
    reason: 'inventory: unexpected output',
  });
  expect(await take('setInterval(() => console.log("x".repeat(65536)), 1)')).toMatchObject({
    reason: expect.stringMatching(/more than/),
  });
  const stop = new AbortController();
  const stopped = take('setInterval(() => {}, 1000)', 60_000, stop.signal);
  stop.abort();
  expect(await stopped).toMatchObject({ reason: 'inventory: stopped' });
  expect(
    await takeInventory({
      command: ['/nowhere/node', 'inventory'],
      timeoutMs: 60_000,
      signal: new AbortController().signal,
    }),
  ).toMatchObject({ state: 'unknown', reason: expect.stringMatching(/ENOENT/) });
});
