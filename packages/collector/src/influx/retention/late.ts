import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { createLateSteps, type Span } from './late-steps.ts';

/** Stands for a sender where a step is missing as a whole. */
const MISSED = '(missed)';
/** Of the time between two goes, so much is for thinning out, whatever came. */
const SHARE = 1 / 20;

/** Thins out a span of the past, in µs since 1970. @throws PermanentError when the server will never do it */
export type ThinOut = (fromUs: number, toUs: number) => Promise<void>;

/**
 * Thins out once more where points came later than the server by itself looks back: an outbox that catches up. Senders
 * take turns, and it takes a twentieth of the time at most: what is left waits for the next go.
 * @param everyMs how often, ms; at each step by default
 */
export function createLateThinning(
  thinOut: ThinOut,
  stepMs: number,
  clock: Clock,
  log: Log,
  everyMs = stepMs,
) {
  const stepUs = stepMs * 1000;
  const late = createLateSteps();

  /** @returns whether to go on with other steps */
  async function thinNext(span: Span): Promise<boolean> {
    try {
      await thinOut(span[0] * stepUs, (span[1] + 1) * stepUs);
      late.done(span);
      return true;
    } catch (error) {
      const again = !(error instanceof PermanentError);
      log.warn('cannot thin out late points', { error: messageOf(error), again });
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
      // What the server ran last went over the two steps before now.
      return timeUs >= clock.wallUs() - stepUs || late.add(Math.floor(timeUs / stepUs), sender);
    },
    /** Called with the number since 1970 of a whole missing step. */
    missed(step: number): void {
      late.add(step, MISSED);
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
        if (done > 0) log.info('thinned out late points', { steps: done });
      }
    },
  };
}
