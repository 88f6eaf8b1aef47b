import { expect, test } from 'vitest';
import { timerLatency } from '../../src/probes/timer-latency.ts';
import { valueFrom } from '../support/replay.ts';
import { moment, textHost } from '../support/text-host.ts';

function late(...byUs: number[]) {
  let us = 0;
  let at = 0;
  return {
    now: () => us,
    sleep(ms: number) {
      us += ms * 1000 + (byUs[at % byUs.length] ?? 0);
      at += 1;
    },
  };
}

test('percentiles and a histogram of the lateness', async () => {
  const tools = late(50, 60, 70, 80, 90, 100, 200, 900, 5000, 20_000);
  expect(valueFrom(await timerLatency(tools).read(moment(textHost({}), 0)))).toEqual({
    medianUs: 90,
    p99Us: 20_000,
    maxUs: 20_000,
    samples: 10,
    below100us: 5,
    below1ms: 3,
    below10ms: 1,
    above10ms: 1,
  });
});

test('a machine that is very late gets fewer timers', async () => {
  const value = valueFrom(await timerLatency(late(60_000)).read(moment(textHost({}), 0)));
  expect(value.samples).toBe(2);
});

test('real timers are late, and the thread sleeps meanwhile', async () => {
  const before = process.resourceUsage().voluntaryContextSwitches;
  const value = valueFrom(await timerLatency().read(moment(textHost({}), 0)));
  const switches = process.resourceUsage().voluntaryContextSwitches - before;
  expect(value.samples).toBeGreaterThan(0);
  expect(value.medianUs).toBeGreaterThan(0);
  // Who sleeps gives its CPU away of its own accord, each time; who waits in a loop never does.
  expect(switches).toBeGreaterThanOrEqual(value.samples ?? Number.NaN);
});

test('a stop ends it', async () => {
  const signal = AbortSignal.abort();
  expect(await timerLatency().read(moment(textHost({}), 0, { signal }))).toMatchObject({ state: 'unknown' });
});
