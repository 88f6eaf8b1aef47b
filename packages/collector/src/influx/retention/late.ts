import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import type { Store } from '../store.ts';
import { thinOnce } from './continuous-queries.ts';

/** One statement goes over at most so much, which bounds what InfluxDB holds in memory for it. */
const LONGEST_SPAN_STEPS = 6;

/**
 * Thins out once more where points came later than the continuous queries look back: an outbox that catches up.
 * @param everyMs how often, ms; at each step by default
 */
export function createLateThinning(store: Store, stepMs: number, clock: Clock, log: Log, everyMs = stepMs) {
  const stepUs = stepMs * 1000;
  let late = new Set<number>();

  async function thin(steps: readonly number[]): Promise<void> {
    for (const [first, last] of spans(steps)) {
      const [fromUs, toUs] = [first * stepUs, (last + 1) * stepUs];
      for (const measurement of catalogue) {
        await store.command(thinOnce(measurement, store.dialect.store, stepMs, fromUs, toUs));
      }
    }
    if (steps.length > 0) log.info('late points are thinned out', { steps: steps.length });
  }

  return {
    /** Told where the points of each written message stand, µs since 1970. */
    note(timeUs: number): void {
      // The continuous query that ran last went over the two steps before now.
      if (timeUs < clock.wallUs() - stepUs) late.add(Math.floor(timeUs / stepUs));
    },
    async run(signal: AbortSignal): Promise<void> {
      while (await pause(everyMs, signal)) {
        const steps = [...late].sort((a, b) => a - b);
        late = new Set();
        try {
          await thin(steps);
        } catch (error) {
          const again = !(error instanceof PermanentError);
          log.warn('late points could not be thinned out', { error: messageOf(error), again });
          if (again) for (const step of steps) late.add(step);
        }
      }
    },
  };
}

/** Runs of neighbouring steps, none longer than the limit. */
export function spans(steps: readonly number[]): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last !== undefined && step === last[1] + 1 && step - last[0] < LONGEST_SPAN_STEPS) last[1] = step;
    else found.push([step, step]);
  }
  return found;
}
