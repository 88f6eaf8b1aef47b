import { ascending, quantile } from '@nestwatch/common/statistics';
import type { Benchmark, BySize, Repetition } from './benchmark.ts';
import { NODE, repeated } from './measure.ts';

const WAKEUPS: BySize<number> = { tiny: 50, small: 500, full: 5000 };
const WAIT_MS = 2;

/**
 * How late a sleeping process wakes up, which in a guest takes a timer interrupt through every layer. Atomics.wait
 * sleeps on a futex with a finer deadline than the event loop's whole milliseconds.
 */
export const timerLatency: Benchmark<{ wakeups: number }> = {
  name: 'timer.latency',
  meaning:
    'lateness of 500 (full 5000) wake-ups after 2 ms each: their mean, and the 99th percentile; 3 times',

  async plan({ size }) {
    return { state: 'ready', settings: { wakeups: WAKEUPS[size] } };
  },

  async *work({ wakeups }, context) {
    const percentiles: Repetition[] = [];
    const mean = await repeated(
      context,
      { variant: 'mean', unit: 'wakeup', ...NODE, arguments: { wakeups, waitMs: WAIT_MS } },
      () => {
        const latenessUs = sleepRepeatedly(wakeups);
        percentiles.push({ durationUs: quantile(ascending(latenessUs), 0.99) ?? 0, units: 1 });
        return { durationUs: latenessUs.reduce((sum, each) => sum + each, 0), units: wakeups };
      },
    );
    yield mean;
    yield { ...mean, variant: 'p99', repetitions: percentiles };
  },
};

function sleepRepeatedly(wakeups: number): number[] {
  const never = new Int32Array(new SharedArrayBuffer(4));
  return Array.from({ length: wakeups }, () => {
    const startedNs = process.hrtime.bigint();
    Atomics.wait(never, 0, 0, WAIT_MS);
    return Math.max(0, Number(process.hrtime.bigint() - startedNs) / 1000 - WAIT_MS * 1000);
  });
}
