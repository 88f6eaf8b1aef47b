import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { type Kind, messageId, subjects } from '@nestwatch/proto';
import type { Outbox } from './outbox.ts';
import { DUE, type Entry } from './segment.ts';

export interface PublisherOptions {
  connection: NatsConnection;
  outbox: Pick<Outbox, 'discard' | 'pending'>;
  lab: string;
  node: string;
  log: Log;
  nowMs(): number;
  /** Fills in what was not known when a message was made; the same whenever it is sent. */
  complete?(kind: Kind, runId: string, bytes: Uint8Array): Uint8Array;
  /** Told that the stream lost what it had taken: everything unconfirmed is due again. */
  onStreamReset(): void;
  /** Called with a message whose number the stream already knew, although it was never sent. */
  onNumberTaken(entry: Entry, bytes: Uint8Array): void;
}

const PUBLISH_TIMEOUT_MS = 5000;
const MESSAGE_SIZE_EXCEEDS_MAXIMUM = 10054;

/**
 * Publishes one message. Resolves when there is no need to send it again soon, because the stream has it or will never
 * take it; rejects when the stream did not take it, and then it is due again.
 */
export type Publish = (entry: Entry, kept: Uint8Array) => Promise<void>;

export function createPublisher(options: PublisherOptions): Publish {
  const { connection, outbox, lab, node, log, nowMs, onStreamReset, onNumberTaken } = options;
  const { complete = (_kind, _runId, bytes) => bytes } = options;
  const stream = jetstream(connection);
  let highestStreamSeq = 0;

  // The stream numbers its messages upwards. A number it gave before means that it lost what came after.
  function streamWasReset(seq: number, before: number): void {
    log.warn('the stream lost messages, sending everything unconfirmed again', { seq, before });
    for (const entry of outbox.pending()) if (entry.sentMs !== undefined) entry.sentMs = DUE;
    onStreamReset();
  }

  function refused(entry: Entry, bytes: Uint8Array, error: unknown): void {
    const { kind, seq } = entry;
    if (isTooLarge(error)) {
      // Trying it for ever would hold up all that come after it.
      const text = "dropped a message that is larger than the server's limit";
      log.error(text, { kind, seq, bytes: bytes.length });
      outbox.discard(entry);
      return;
    }
    entry.sentMs = DUE;
    log.debug('the stream refused a message', { seq, error: messageOf(error) });
    throw error;
  }

  return async (entry, kept) => {
    const { kind, runId, seq } = entry;
    const bytes = complete(kind, runId, kept);
    const isFirst = entry.sentMs === undefined;
    const floor = highestStreamSeq;
    entry.sentMs = nowMs();
    const msgID = messageId(node, runId, seq);
    try {
      const options = { msgID, timeout: PUBLISH_TIMEOUT_MS };
      const ack = await stream.publish(subjects.report(lab, node, kind), bytes, options);
      // Only servers of a site name a domain.
      entry.atSite = ack.domain !== undefined && ack.domain !== '';
      if (ack.duplicate && isFirst) onNumberTaken(entry, bytes);
      if (ack.duplicate) return;
      if (ack.seq <= floor) streamWasReset(ack.seq, floor);
      highestStreamSeq = ack.seq;
    } catch (error) {
      refused(entry, bytes, error);
    }
  };
}

/** Whether the stream refused a message for its size: its own limit, or the one that the server announced. */
function isTooLarge(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === MESSAGE_SIZE_EXCEEDS_MAXIMUM;
  return error instanceof errors.InvalidArgumentError && error.message.includes('max_payload');
}
