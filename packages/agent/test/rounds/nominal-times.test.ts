import { expect, test } from 'vitest';
import { parseCron } from '../../src/rounds/cron.ts';
import { nominalTimes } from '../../src/rounds/nominal-times.ts';

const START_MS = Date.parse('2026-03-01T05:58:30Z');

/** A lab whose clock goes on by some seconds whenever it is looked at, however busy this machine is. */
function labClock(seconds: number) {
  let ms = START_MS;
  return () => {
    ms += seconds * 1000;
    return { ms, rate: 1e9 };
  };
}

async function take(count: number, times: AsyncIterable<number>): Promise<string[]> {
  const taken: string[] = [];
  for await (const ms of times) {
    taken.push(new Date(ms).toISOString());
    if (taken.length === count) break;
  }
  return taken;
}

test('nominal times are those of the lab clock, whole minutes, each once', async () => {
  const stop = new AbortController();
  const times = nominalTimes(parseCron('*/2 * * * *', 'UTC'), labClock(7), stop.signal);
  expect(await take(3, times)).toEqual([
    '2026-03-01T06:00:00.000Z',
    '2026-03-01T06:02:00.000Z',
    '2026-03-01T06:04:00.000Z',
  ]);
});

test('six fields have seconds, and the time zone counts', async () => {
  const stop = new AbortController();
  const times = nominalTimes(parseCron('15 59 6 * * *', 'Europe/Berlin'), labClock(3), stop.signal);
  expect(await take(1, times)).toEqual(['2026-03-01T05:59:15.000Z']);
});

test('what was slept through is not made up for, and a clock set back a little repeats nothing', async () => {
  const stop = new AbortController();
  const moments = [0, 95, 95, 4000, 4000, 3940, 3940, 4065, 4065].map((seconds) => START_MS + seconds * 1000);
  const now = () => ({ ms: moments.length > 1 ? (moments.shift() ?? 0) : (moments[0] ?? 0), rate: 1e9 });
  const every = nominalTimes(parseCron('* * * * *', 'UTC'), now, stop.signal);
  expect(await take(3, every)).toEqual([
    '2026-03-01T06:00:00.000Z',
    '2026-03-01T07:05:00.000Z',
    '2026-03-01T07:06:00.000Z',
  ]);
});

test('ends with its signal', async () => {
  const stop = new AbortController();
  const times = nominalTimes(parseCron('0 0 1 1 *', 'UTC'), () => ({ ms: START_MS, rate: 1 }), stop.signal);
  setImmediate(() => stop.abort());
  expect(await take(1, times)).toEqual([]);
});
