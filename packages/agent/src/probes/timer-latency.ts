import { ascending, quantile } from '@nestwatch/common/statistics';
import { known, unknown } from '../host/host.ts';
import { probe, type Value } from './probe.ts';
import { type Stopwatch, stopwatch as systemStopwatch } from './stopwatch.ts';

const TIMER_MS = 1;
const MOST_SAMPLES = 10;
/** A machine that is very late gets fewer samples: this is how long all of them may take. */
const BUDGET_US = 100_000;
/** Other work of the agent waits for no longer than this and one sample. */
const TURN_US = 4000;

export interface TimerTools {
  now: Stopwatch;
  /** Lets this thread sleep. */
  sleep(ms: number): void;
}

/**
 * How late a timer of 1 ms fires. The thread sleeps in the kernel (a futex with a time limit), so what is measured
 * is the timer's interrupt and the wake-up, at the full resolution of high-resolution timers. setTimeout would not
 * do: libuv counts whole ms and fires up to 1 ms early. On bare metal the kernel's own slack is about 50 µs
 * (prctl(2), PR_SET_TIMERSLACK). Other work of the agent gets its turn in between.
 */
export const timerLatency = (tools: TimerTools = systemTools()) =>
  probe('timerLatency', 'How late a timer of 1 ms fires', async ({ signal }) => {
    const lateUs: number[] = [];
    const startUs = tools.now();
    let turnUs = startUs;
    while (lateUs.length < MOST_SAMPLES && !signal.aborted) {
      const setUs = tools.now();
      tools.sleep(TIMER_MS);
      const firedUs = tools.now();
      lateUs.push(Math.max(0, firedUs - setUs - TIMER_MS * 1000));
      if (firedUs - startUs > BUDGET_US) break;
      if (firedUs - turnUs < TURN_US) continue;
      turnUs = firedUs;
      await new Promise(setImmediate);
    }
    return lateUs.length === 0 ? unknown('stopped') : known(summarise(lateUs));
  });

function summarise(lateUs: readonly number[]): Value<'timerLatency'> {
  const sorted = ascending(lateUs);
  const between = (from: number, to: number) => sorted.filter((us) => us >= from && us < to).length;
  return {
    medianUs: quantile(sorted, 0.5) ?? null,
    p99Us: quantile(sorted, 0.99) ?? null,
    maxUs: sorted.at(-1) ?? null,
    samples: sorted.length,
    below100us: between(0, 100),
    below1ms: between(100, 1000),
    below10ms: between(1000, 10_000),
    above10ms: between(10_000, Number.POSITIVE_INFINITY),
  };
}

function systemTools(): TimerTools {
  const never = new Int32Array(new SharedArrayBuffer(4));
  return { now: systemStopwatch, sleep: (ms) => void Atomics.wait(never, 0, 0, ms) };
}
