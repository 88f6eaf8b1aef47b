import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { type Kind, messageId, subjects, v1 } from '@nestwatch/proto';
import type { EncodedMessage, MessageSink } from '../runtime/messenger.ts';
import { askConfirmed, toRanges } from './confirmations.ts';
import type { Dropped, Entry, Outbox } from './outbox.ts';
import type { Stream } from './stream.ts';

export interface SenderOptions {
  outbox: Outbox;
  lab: string;
  node: string;
  boot: string;
  clock: Clock;
  log: Log;
  /** Most messages of the backlog that are sent in a second. What is new is sent at once, before them. */
  catchUpPerSecond: number;
  /** What is not confirmed so long after it was sent is sent again, ms. Longer than the stream's duplicate window. */
  resendAfterMs?: number;
  /** How long to wait for confirmations before asking for them, ms. */
  askAfterMs?: number;
  /** Fills in what was not known when a message was made; the same whenever it is sent. */
  complete?: (kind: Kind, boot: string, bytes: Uint8Array) => Uint8Array;
  /** Reports that the outbox let messages go, by an event that goes through this sender like any other. */
  declareDropped?: (dropped: readonly Dropped[]) => void;
  /**
   * Makes a message anew whose number is taken, because this machine was rolled back to a snapshot or copied; as the
   * first of a new run, or as the next of the run that was begun for that reason.
   */
  renew?: (taken: EncodedMessage, newRun: boolean) => EncodedMessage;
}

export interface Sender extends MessageSink {
  /** Sends until the signal is aborted. */
  run(connection: NatsConnection, signal: AbortSignal): Promise<void>;
  /** Resolves when the stream has everything of this run, or false when that took longer than `limitMs`. */
  drained(limitMs: number): Promise<boolean>;
  /** Every sequence number of this run up to this one is confirmed, or was dropped. */
  freed(): number;
  readonly stats: { sent: number; resent: number; streamResets: number };
}

const MOST_IN_FLIGHT = 64;
const PUBLISH_TIMEOUT_MS = 5000;
/** What is new and was not sent yet is also in the outbox: this many are remembered as new. */
const MOST_FRESH = 256;
const LONGEST_WAIT_MS = 60_000;
/** Sent before, and due again at once. */
const DUE = Number.NEGATIVE_INFINITY;

/**
 * Carries messages from the outbox to the stream: what is new first, so that the live view is live; then the backlog,
 * oldest first, at a bounded rate. JetStream's acknowledgement only says that it need not be sent again soon; what
 * frees a message is the collectors' word that it is in InfluxDB.
 */
export function createSender(options: SenderOptions): Sender {
  const { outbox, lab, node, clock, log, catchUpPerSecond, declareDropped, renew } = options;
  const { resendAfterMs = 150_000, askAfterMs = 30_000, complete = (_, __, bytes) => bytes } = options;
  const stats = { sent: 0, resent: 0, streamResets: 0 };
  const fresh: { entry: Entry; bytes: Uint8Array | undefined }[] = [];
  const putting = new Set<number>();
  let lastPut: Promise<unknown> = Promise.resolve();
  let { boot } = options;
  let lastSeq = 0;
  let nextScanMs = 0;
  let inFlight = 0;
  let highestStreamSeq = 0;
  let wake: () => void = () => undefined;
  const nowMs = () => clock.monoUs() / 1000;

  function send({ kind, seq, bytes }: EncodedMessage): void {
    putting.add(seq);
    lastSeq = Math.max(lastSeq, seq);
    lastPut = outbox.append(kind, seq, bytes).then((entry) => {
      if (entry.boot === boot) putting.delete(seq);
      // Its bytes are at hand: what is sent at once is not read back from the disk.
      fresh.push({ entry, bytes });
      if (fresh.length > MOST_FRESH) {
        fresh.shift();
        nextScanMs = 0;
      }
      wake();
    });
  }

  async function declare(): Promise<void> {
    const dropped = outbox.undeclared();
    if (dropped.length === 0 || declareDropped === undefined) return;
    declareDropped(dropped);
    await lastPut;
    outbox.declared(dropped);
  }

  /** Publishes one message. Resolves to false when the stream did not take it. */
  async function publish(stream: Stream, entry: Entry, kept: Uint8Array): Promise<boolean> {
    const bytes = complete(entry.kind, entry.boot, kept);
    const first = entry.sentMs === undefined;
    const floor = highestStreamSeq;
    entry.sentMs = nowMs();
    try {
      const ack = await stream.publish(subjects.report(lab, node, entry.kind), bytes, {
        msgID: messageId(node, entry.boot, entry.seq),
        timeout: PUBLISH_TIMEOUT_MS,
      });
      if (first) stats.sent++;
      else stats.resent++;
      if (ack.duplicate && first) numberIsTaken(entry, bytes);
      if (ack.duplicate) return true;
      if (ack.seq <= floor) streamWasReset(ack.seq, floor);
      highestStreamSeq = ack.seq;
      return true;
    } catch (error) {
      if (stream.isTooLarge(error)) {
        // Trying it for ever would hold up all that come after it.
        log.error('a message is larger than the server takes, and is dropped', {
          ...{ kind: entry.kind, seq: entry.seq, bytes: bytes.length },
        });
        outbox.discard(entry);
        return true;
      }
      entry.sentMs = DUE;
      log.debug('a message was not taken', { seq: entry.seq, error: messageOf(error) });
      return false;
    }
  }

  // The stream numbers its messages upwards. A number it gave before means that it lost what came after.
  function streamWasReset(seq: number, floor: number): void {
    stats.streamResets++;
    log.warn('the stream lost messages: everything unconfirmed is sent again', { seq, before: floor });
    nextScanMs = 0;
    for (const entry of outbox.pending()) if (entry.sentMs !== undefined) entry.sentMs = DUE;
  }

  // The stream knows an id that this run never used: another time line of this machine did, before it was rolled back.
  function numberIsTaken(entry: Entry, bytes: Uint8Array): void {
    if (renew === undefined) return;
    const newRun = entry.boot === boot;
    if (newRun) {
      log.warn('this machine was rolled back or copied: its agent begins a new run', {
        boot,
        seq: entry.seq,
      });
    }
    const again = renew({ kind: entry.kind, boot: entry.boot, seq: entry.seq, bytes }, newRun);
    if (newRun) {
      boot = again.boot;
      outbox.renew(boot);
      lastSeq = 0;
      putting.clear();
    }
    outbox.confirm(entry.boot, [[entry.seq, entry.seq]]);
    send(again);
  }

  const isFresh = (entry: Entry) => fresh.some((each) => each.entry === entry);

  function isDue(entry: Entry): boolean {
    return !entry.done && (entry.sentMs === undefined || nowMs() - entry.sentMs >= resendAfterMs);
  }

  async function listen(connection: NatsConnection): Promise<void> {
    for await (const message of connection.subscribe(subjects.written(lab, node))) {
      // Collectors send none: these are answers of the server that somebody directed here.
      if (message.headers !== undefined) continue;
      try {
        for (const { boot: of, ranges } of v1.Written.decode(message.data).confirmed ?? []) {
          outbox.confirm(of ?? '', toRanges(ranges));
        }
      } catch (error) {
        log.debug('a confirmation could not be read', { error: messageOf(error) });
      }
      wake();
    }
  }

  /** Asks for what is confirmed of all runs of which something was sent, or may have been by an earlier run. */
  async function ask(connection: NatsConnection): Promise<void> {
    for (const of of outbox.boots()) {
      const confirmed = await askConfirmed(connection, lab, node, of);
      if (confirmed !== undefined) outbox.confirm(of, confirmed);
    }
  }

  return {
    stats,
    send,
    freed() {
      let lowest = lastSeq + 1;
      for (const seq of putting) lowest = Math.min(lowest, seq);
      for (const entry of outbox.pending()) if (entry.boot === boot) lowest = Math.min(lowest, entry.seq);
      return lowest - 1;
    },
    async run(connection, signal) {
      // The code of NATS is read only once there is a connection: messages are kept before.
      const stream = (await import('./stream.ts')).openStream(connection);
      const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
      const stop = () => wake();
      signal.addEventListener('abort', stop, { once: true });
      void listen(connection);
      let backlog: Iterator<Entry> | undefined;
      let nextAskMs = 0;
      let refusedUntilMs = 0;
      let said = false;
      let firstDueMs = Number.POSITIVE_INFINITY;
      let credit = catchUpPerSecond;
      let creditMs = nowMs();

      const deliver = async (entry: Entry, kept: Uint8Array) => {
        inFlight++;
        const taken = await publish(stream, entry, kept);
        inFlight--;
        if (taken) {
          if (said) log.info('messages are taken again', { waiting: outbox.stats().pendingMessages });
          said = false;
          backoff.reset();
        } else if (nowMs() >= refusedUntilMs) {
          if (!said) log.warn('the stream does not take messages, keeping them until it does');
          said = true;
          refusedUntilMs = nowMs() + backoff.next();
          backlog = undefined;
          nextScanMs = refusedUntilMs;
        }
        wake();
      };

      const fromDisk = (entry: Entry | undefined) =>
        entry === undefined ? undefined : { entry, bytes: undefined };
      const nextOfBacklog = (): Entry | undefined => {
        const now = nowMs();
        credit = Math.min(catchUpPerSecond, credit + ((now - creditMs) / 1000) * catchUpPerSecond);
        creditMs = now;
        if (credit < 1 || now < nextScanMs) return undefined;
        backlog ??= outbox.pending()[Symbol.iterator]();
        for (let next = backlog.next(); !next.done; next = backlog.next()) {
          const { sentMs } = next.value;
          if (isDue(next.value) && !isFresh(next.value)) {
            credit--;
            return next.value;
          }
          if (sentMs !== undefined) firstDueMs = Math.min(firstDueMs, sentMs + resendAfterMs);
        }
        backlog = undefined;
        // What was sent in this scan, or is sent until the next, is due that much later at the earliest.
        nextScanMs = Math.max(Math.min(firstDueMs, now + resendAfterMs), now + 1000 / catchUpPerSecond);
        firstDueMs = Number.POSITIVE_INFINITY;
        return undefined;
      };

      const waitMs = () => {
        const now = nowMs();
        const next = Math.min(Math.max(nextScanMs, refusedUntilMs), nextAskMs, now + LONGEST_WAIT_MS);
        return Math.max(10, next - now);
      };

      while (!signal.aborted) {
        const now = nowMs();
        if (now >= nextAskMs && !connection.isClosed()) {
          nextAskMs = now + askAfterMs;
          await declare();
          await ask(connection).catch((error) =>
            log.debug('confirmations could not be asked for', { error: messageOf(error) }),
          );
        }
        const open = inFlight < MOST_IN_FLIGHT && now >= refusedUntilMs;
        const next = open ? (fresh.shift() ?? fromDisk(nextOfBacklog())) : undefined;
        if (next === undefined) await nudge(credit < 1 ? 1000 / catchUpPerSecond : waitMs());
        else if (isDue(next.entry)) {
          // Read one after the other, so that they go out in order; only the answers are waited for together.
          const kept = next.bytes ?? (await outbox.read(next.entry));
          if (kept !== undefined) void deliver(next.entry, kept);
          // Confirmed meanwhile, or its file can not be read: nothing that could be sent.
          else next.entry.sentMs = nowMs();
        }
      }
      signal.removeEventListener('abort', stop);
    },
    async drained(limitMs) {
      const limit = AbortSignal.timeout(limitMs);
      await lastPut;
      const unsent = () => {
        for (const { boot: of, sentMs } of outbox.pending()) {
          if (of === boot && (sentMs === undefined || sentMs === DUE)) return true;
        }
        return false;
      };
      while (inFlight > 0 || unsent()) if (!(await pause(20, limit))) return false;
      return true;
    },
  };

  /** Waits until there is something to do, for at most so long. */
  async function nudge(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = () => undefined;
  }
}
