import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import type { Store } from '../store.ts';
import { thinOnce } from './continuous-queries.ts';

export { spans } from './late-steps.ts';

import { createLateSteps, type Span } from './late-steps.ts';

/** Of the time between two goes, so much is for thinning out, whatever came. */
const SHARE = 1 / 20;

/**
 * Thins out once more where points came later than the continuous queries look back: an outbox that catches up. Senders
 * take turns, and it takes a twentieth of the time at most: what is left waits for the next go.
 * @param everyMs how often, ms; at each step by default
 */
export function createLateThinning(store: Store, stepMs: number, clock: Clock, log: Log, everyMs = stepMs) {
  const stepUs = stepMs * 1000;
  const late = createLateSteps();

  async function thin([first, last]: Span): Promise<void> {
    for (const measurement of catalogue) {
      const [fromUs, toUs] = [first * stepUs, (last + 1) * stepUs];
      await store.command(thinOnce(measurement, store.dialect.store, stepMs, fromUs, toUs));
    }
  }

  /** @returns whether to go on with other steps */
  async function thinNext(span: Span): Promise<boolean> {
    try {
      await thin(span);
      late.done(span);
      return true;
    } catch (error) {
      const again = !(error instanceof PermanentError);
      log.warn('late points could not be thinned out', { error: messageOf(error), again });
      if (!again) late.done(span);
      return !again;
    }
  }

  return {
    /**
     * Told where the points of each written message stand, µs since 1970.
     * @returns false when the sender has more late points than are thinned out
     */
    note(timeUs: number, sender = ''): boolean {
      // The continuous query that ran last went over the two steps before now.
      return timeUs >= clock.wallUs() - stepUs || late.add(Math.floor(timeUs / stepUs), sender);
    },
    async run(signal: AbortSignal): Promise<void> {
      while (await pause(everyMs, signal)) {
        const endUs = clock.monoUs() + everyMs * 1000 * SHARE;
        let done = 0;
        do {
          const span = late.next();
          if (span === undefined || !(await thinNext(span))) break;
          done += span[1] - span[0] + 1;
        } while (clock.monoUs() < endUs && !signal.aborted);
        if (done > 0) log.info('late points are thinned out', { steps: done });
      }
    },
  };
}
