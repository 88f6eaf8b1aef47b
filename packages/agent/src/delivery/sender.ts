import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { createLatch } from '@nestwatch/common/latch';
import { linkSignals } from '@nestwatch/common/link-signals';
import { createBacklog } from './backlog.ts';
import { askConfirmations, followConfirmations } from './confirmations.ts';
import { createInFlight } from './in-flight.ts';
import type { Outbox } from './outbox.ts';
import type { Publish, PublisherOptions } from './publisher.ts';
import { DUE, type Entry } from './segment.ts';
import type { OutboxConfig } from './settings.ts';
import type { Writer } from './writer.ts';

export interface SenderOptions
  extends Pick<PublisherOptions, 'lab' | 'node' | 'log' | 'complete' | 'onNumberTaken'> {
  /** Read, never appended to. */
  outbox: Outbox;
  /** Says what is new. */
  writer: Pick<Writer, 'runId' | 'onWritten' | 'written'>;
  clock: Clock;
  config: OutboxConfig;
  /** Sees to it that the collector learns what the outbox let go. Called before each asking. */
  declareDropped: () => Promise<void>;
}

/** What is new and was not sent yet is also in the outbox: this many are remembered as new. */
const MOST_NEW = 256;
const SHORTEST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 60_000;

/** A message to send. Its bytes are missing where they are to be read from the disk. */
interface Next {
  entry: Entry;
  bytes?: Uint8Array;
}

/**
 * Carries messages from the outbox to the stream: what is new first, so that the live view is live; then the backlog,
 * oldest first, at a bounded rate. JetStream's acknowledgement only says that it need not be sent again soon; what
 * frees a message is the collectors' word that it is in InfluxDB.
 */
export function createSender(options: SenderOptions) {
  const { outbox, writer, clock, log, config } = options;
  const perSecond = config['outbox.catch-up'];
  const resendAfterMs = config['outbox.resend-after'];
  const askAfterMs = Math.min(30_000, resendAfterMs / 2);
  const nowMs = () => clock.monoUs() / 1000;
  const work = createLatch();
  const fresh = new Map<Entry, Uint8Array>();
  const isNew = (entry: Entry) => fresh.has(entry);
  const backlog = createBacklog({ outbox, perSecond, resendAfterMs, isNew, nowMs });
  const inFlight = createInFlight({
    nowMs,
    log,
    waiting: () => [...outbox.pending()].length,
    onEnd: work.wake,
    onRefused: backlog.restart,
  });

  writer.onWritten((entry, bytes) => {
    fresh.set(entry, bytes);
    const [oldest] = fresh.keys();
    if (fresh.size > MOST_NEW && oldest !== undefined) {
      fresh.delete(oldest);
      backlog.lookSoon();
    }
    work.wake();
  });

  function takeNext(): Next | undefined {
    const [first] = fresh;
    if (first === undefined) {
      const entry = backlog.next();
      return entry && { entry };
    }
    const [entry, bytes] = first;
    fresh.delete(entry);
    return { entry, bytes };
  }

  async function send({ entry, bytes }: Next, publish: Publish): Promise<void> {
    if (!backlog.isDue(entry)) return;
    // Read one after the other, so that they go out in order; only the answers are waited for together.
    const kept = bytes ?? (await outbox.read(entry));
    if (kept !== undefined) void inFlight.start(() => publish(entry, kept));
    // Confirmed meanwhile, or its file cannot be read: nothing that could be sent.
    else entry.sentMs = nowMs();
  }

  function waitMs(nextAskMs: number): number {
    const now = nowMs();
    const nextSendMs = Math.max(backlog.readyMs(), inFlight.refusedUntilMs);
    return Math.max(SHORTEST_WAIT_MS, Math.min(nextSendMs, nextAskMs, now + LONGEST_WAIT_MS) - now);
  }

  return {
    /** Sends until the signal is aborted. */
    async run(connection: NatsConnection, signal: AbortSignal): Promise<void> {
      // The code of NATS is read only once there is a connection: messages are kept before.
      const { createPublisher } = await import('./publisher.ts');
      const onStreamReset = () => backlog.restart(0);
      const publish = createPublisher({ ...options, connection, nowMs, onStreamReset });
      const confirmations = { ...options, connection };
      void followConfirmations(confirmations, work.wake);
      for (let nextAskMs = 0; !signal.aborted; ) {
        if (nowMs() >= nextAskMs && !connection.isClosed()) {
          nextAskMs = nowMs() + askAfterMs;
          await options.declareDropped();
          await askConfirmations(confirmations);
        }
        const next = inFlight.isOpen ? takeNext() : undefined;
        if (next === undefined) await work.wait({ signal, limitMs: waitMs(nextAskMs) });
        else await send(next, publish);
      }
    },

    /** Resolves when the stream has everything of this run, or false when that took longer than `limitMs`. */
    async drained(limitMs: number): Promise<boolean> {
      const limit = linkSignals([], limitMs);
      try {
        await writer.written();
        while (inFlight.count > 0 || hasUnsent(outbox, writer.runId)) {
          if (!(await pause(20, limit.signal))) return false;
        }
        return true;
      } finally {
        limit.release();
      }
    },
  };
}

function hasUnsent(outbox: Outbox, ofRun: string): boolean {
  for (const { runId, sentMs } of outbox.pending()) {
    if (runId === ofRun && (sentMs === undefined || sentMs === DUE)) return true;
  }
  return false;
}
