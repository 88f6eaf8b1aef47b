import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';

export interface InFlightOptions {
  nowMs(): number;
  log: Log;
  /** Messages that wait, for people. */
  waiting(): number;
  /** Told whenever one is no longer under way. */
  onEnd(): void;
  /** Told that the stream takes nothing, and until when nothing is to be tried. */
  onRefused(untilMs: number): void;
}

/** Messages under way to the stream: so many at a time, and none for a while after it refused one. */
export interface InFlight {
  readonly count: number;
  /** Whether another may start. */
  readonly isOpen: boolean;
  /** When one may start again after a refusal, ms. */
  readonly refusedUntilMs: number;
  /** Never rejects. */
  start(publish: () => Promise<void>): Promise<void>;
}

const MOST_IN_FLIGHT = 64;

export function createInFlight({ nowMs, log, waiting, onEnd, onRefused }: InFlightOptions): InFlight {
  let count = 0;
  let refusedUntilMs = 0;
  const outage = createOutage({
    log,
    failing: 'the stream does not take messages, keeping them until it does',
    working: 'messages are taken again',
    fields: (error) => (error === undefined ? { waiting: waiting() } : {}),
  });
  return {
    get count() {
      return count;
    },
    get isOpen() {
      return count < MOST_IN_FLIGHT && nowMs() >= refusedUntilMs;
    },
    get refusedUntilMs() {
      return refusedUntilMs;
    },
    async start(publish) {
      count++;
      try {
        await publish();
        outage.worked();
      } catch (error) {
        // Of those that were under way together, one counts.
        if (nowMs() >= refusedUntilMs) {
          refusedUntilMs = nowMs() + outage.failed(error);
          onRefused(refusedUntilMs);
        }
      } finally {
        count--;
        onEnd();
      }
    },
  };
}
