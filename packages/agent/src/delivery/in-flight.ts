import { JetStreamApiError } from '@nats-io/jetstream';
import type { Log } from '@nestwatch/common/log';
import { createOutage } from '@nestwatch/common/outage';

interface InFlightOptions {
  nowMs(): number;
  log: Log;
  /** Messages that wait, for people. */
  waiting(): number;
  /** Told whenever one is no longer under way. */
  onEnd(): void;
  /** Told that the stream takes nothing, and until when nothing is to be tried. */
  onRefused(untilMs: number): void;
}

const MOST_IN_FLIGHT = 64;
/** From nats-server 2.11 on: more messages wait for the stream than it lets wait, which may be another node's doing. */
const TOO_MANY_REQUESTS = 429;
/** A busy stream may have room at any moment, and a sender that asks seldom misses it. */
const LONGEST_BUSY_MS = 250;

/** Messages under way to the stream: this many at a time, and none for a while after it refused one. */
export function createInFlight({ nowMs, log, waiting, onEnd, onRefused }: InFlightOptions) {
  let count = 0;
  let refusedUntilMs = 0;
  const outage = createOutage({
    log,
    failing: 'the stream does not accept messages, keeping them in the outbox',
    working: 'the stream accepts messages again',
    fields: (error) => (error === undefined ? { waiting: waiting() } : {}),
  });
  return {
    get count() {
      return count;
    },
    /** Whether another may start. */
    get isOpen() {
      return count < MOST_IN_FLIGHT && nowMs() >= refusedUntilMs;
    },
    /** When one may start again after a refusal, ms. */
    get refusedUntilMs() {
      return refusedUntilMs;
    },
    /** Never rejects. */
    async start(publish: () => Promise<void>): Promise<void> {
      count++;
      try {
        await publish();
        outage.worked();
      } catch (error) {
        // Of those that were under way together, one counts.
        if (nowMs() >= refusedUntilMs) {
          const waitMs = outage.failed(error);
          refusedUntilMs = nowMs() + (isBusy(error) ? Math.min(waitMs, LONGEST_BUSY_MS) : waitMs);
          onRefused(refusedUntilMs);
        }
      } finally {
        count--;
        onEnd();
      }
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.status === TOO_MANY_REQUESTS;
}
