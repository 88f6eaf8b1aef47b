import { testClock } from '@nestwatch/testkit/clock';
import { expect, test } from 'vitest';
import { known } from '../../src/host/host.ts';
import { createCostlyFiles } from '../../src/probes/costly-files.ts';
import { moment, textHost } from '../support/text-host.ts';

/** A host whose reads end when they are let, at a time of the clock. */
function slowHost() {
  const clock = testClock({ monoUs: 0, wallUs: 0 });
  const waiting: (() => void)[] = [];
  const asked: string[] = [];
  const host = {
    ...textHost({}),
    read: async (path: string) => {
      asked.push(path);
      await new Promise<void>((done) => void waiting.push(done));
      return known(`text ${asked.length}`);
    },
  };
  return {
    asked,
    at: (monoUs: number) => moment(host, monoUs, { host, clock: { ...clock, monoUs: () => now } }),
    set now(us: number) {
      now = us;
    },
    async finish() {
      waiting.shift()?.();
      await new Promise((done) => setImmediate(done));
    },
  };
}
let now = 0;

test('nobody waits, one file is read at a time, and a slow one seldom', async () => {
  const slow = slowHost();
  const files = createCostlyFiles();
  const look = (path: string) => files.look(slow.at(0), path, (text) => text);
  expect(look('/proc/5/smaps_rollup')).toMatchObject({ state: 'unknown' });
  expect(look('/proc/6/smaps_rollup')).toMatchObject({ state: 'unknown' });
  expect(slow.asked).toEqual(['/proc/5/smaps_rollup']);
  now = 1e6;
  await slow.finish();
  expect(look('/proc/5/smaps_rollup')).toEqual(known('text 1'));
  look('/proc/6/smaps_rollup');
  await slow.finish();
  // The first took a second.
  now = 4000e6;
  look('/proc/5/smaps_rollup');
  expect(slow.asked).toHaveLength(2);
  now = 5002e6;
  look('/proc/5/smaps_rollup');
  expect(slow.asked).toHaveLength(3);
});
