import type { Benchmark, Repetition, Size } from './benchmark.ts';
import { measured } from './measure.ts';

interface Settings {
  wakeups: number;
}

const WAKEUPS: Readonly<Record<Size, number>> = { tiny: 50, small: 500, full: 5000 };
const REPETITIONS = 3;
const WAIT_MS = 2;

/**
 * How late a sleeping process wakes up, which in a guest takes a timer interrupt through every layer. Atomics.wait
 * sleeps on a futex with a finer deadline than the event loop's whole milliseconds.
 */
export const timerLatency: Benchmark<Settings> = {
  name: 'timer.latency',
  meaning:
    'lateness of 500 (full 5000) wake-ups after 2 ms each: their mean, and the 99th percentile; 3 times',

  async plan({ size }) {
    return { state: 'ready', settings: { wakeups: WAKEUPS[size] } };
  },

  async *work({ wakeups }, context) {
    const startedMonoUs = context.clock.monoUs();
    const means: Repetition[] = [];
    const percentiles: Repetition[] = [];
    for (let at = 1; at <= REPETITIONS; at++) {
      context.signal.throwIfAborted();
      context.progress(`${at} of ${REPETITIONS}`);
      const latenessUs = sleepRepeatedly(wakeups);
      means.push({ durationUs: latenessUs.reduce((sum, each) => sum + each, 0), units: wakeups });
      percentiles.push({ durationUs: percentile99(latenessUs), units: 1 });
    }
    const about = {
      unit: 'wakeup',
      engine: 'node',
      engineVersion: process.version,
      arguments: { wakeups, waitMs: WAIT_MS },
    } as const;
    yield measured(context.clock, { ...about, variant: 'mean' }, startedMonoUs, means);
    yield measured(context.clock, { ...about, variant: 'p99' }, startedMonoUs, percentiles);
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

/** The smallest value that at least 99 % of the values do not exceed. */
export function percentile99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}
