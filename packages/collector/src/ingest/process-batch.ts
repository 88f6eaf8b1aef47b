import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import type { MessageOutcome } from '../delivery/pending-changes.ts';
import type { DeliveryTracker } from '../delivery/tracker.ts';
import type { LineBuffer, Mark } from '../influx/points/line-buffer.ts';
import type { Store } from '../influx/store.ts';
import { type AgentMessage, decodeMessage } from './decode.ts';
import type { GrowthGuard } from './growth-guard.ts';
import { addMessageLines } from './message-lines.ts';
import type { IngestMetrics } from './metrics.ts';
import { addDeadLetter, deadOutcome, noteDeliveryEvent, writtenOutcome } from './outcomes.ts';
import type { IngestConfig } from './settings.ts';

export interface ProcessBatchOptions {
  connection: NatsConnection;
  config: IngestConfig;
  store: Pick<Store, 'writeBytes'>;
  metrics: IngestMetrics;
  tracker: DeliveryTracker;
  growth: GrowthGuard;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Told of every message that is written. */
  onWritten?: (message: AgentMessage) => void;
}

interface Accepted {
  jsMsg: JsMsg;
  message: AgentMessage;
  /** Between which marks its lines stand in the batch's. */
  from: Mark;
  to: Mark;
}

interface Refused {
  jsMsg: JsMsg;
  message: AgentMessage | undefined;
  reason: string;
}

/**
 * Processes one batch: decode, write in one request, confirm, acknowledge. Each message is confirmed and acknowledged
 * only after InfluxDB accepted its points or the dead-letter stream took it. While InfluxDB is away the batch is kept
 * and tried again.
 * @param lines empty; holds the batch's lines until this resolves
 * @returns false when the signal was aborted before the batch was written; what is not written is not acknowledged.
 */
export async function processBatch(batch: readonly JsMsg[], lines: LineBuffer, options: ProcessBatchOptions) {
  options.metrics.received(batch.length);
  const accepted: Accepted[] = [];
  const refused: Refused[] = [];
  for (const jsMsg of batch) {
    const result = accept(jsMsg, lines, options);
    if ('reason' in result) refused.push(result);
    else accepted.push(result);
  }
  await deadLetter(refused, options);
  return await writeAll(accepted, lines, options);
}

function accept(jsMsg: JsMsg, lines: LineBuffer, options: ProcessBatchOptions): Accepted | Refused {
  const { growth, config, clock, metrics } = options;
  let message: AgentMessage | undefined;
  const from = lines.mark();
  try {
    refuseReflected(jsMsg);
    message = decodeMessage(jsMsg.subject, jsMsg.data);
    addMessageLines(message, config['clock.limit'], lines);
    const { lab, node, header } = message;
    growth.admit({ lab, node, runId: header.runId, series: lines.seriesFrom(from) }, clock.wallUs());
    if (message.unstorable > 0) metrics.unstorable(message.unstorable);
    return { jsMsg, message: forLater(message), from, to: lines.mark() };
  } catch (error) {
    lines.cut(from);
    return { jsMsg, message, reason: messageOf(error) };
  }
}

/**
 * A message as it is kept until its batch is written. Nobody looks at a sample's values again, and thousands of them
 * that live so long are most of what the garbage collector has to copy.
 */
function forLater(message: AgentMessage): AgentMessage {
  return message.kind === 'sample' ? { ...message, body: {} } : message;
}

const REFLECTED: ReadonlySet<string> = new Set(['Nats-Stream', 'Nats-Subject', 'Status']);

/**
 * NATS does not check the subject to which an answer is asked. By asking JetStream for a value it stored itself, a node
 * could have the server publish it on another node's subject; such an answer carries the server's headers.
 */
function refuseReflected({ headers }: JsMsg): void {
  for (const name of headers?.keys() ?? []) {
    if (REFLECTED.has(name))
      throw new PermanentError(`header ${name}: an answer of the server, not a message of an agent`);
  }
}

/** A refused batch is halved until the refused message stands alone: that one is a dead letter, the rest is written. */
async function writeAll(
  batch: readonly Accepted[],
  lines: LineBuffer,
  options: ProcessBatchOptions,
): Promise<boolean> {
  const [first, last] = [batch[0], batch.at(-1)];
  if (first === undefined || last === undefined) return true;
  try {
    if (!(await writeOrWait(batch, lines.bytes(first.from, last.to), options))) return false;
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    if (batch.length === 1) {
      await deadLetter([{ ...first, reason: messageOf(error) }], options);
      return true;
    }
    const half = Math.ceil(batch.length / 2);
    return (
      (await writeAll(batch.slice(0, half), lines, options)) &&
      (await writeAll(batch.slice(half), lines, options))
    );
  }
  options.tracker.record(batch.map(({ message }) => writtenOutcome(message)));
  for (const { jsMsg, message, from, to } of batch) {
    jsMsg.ack();
    options.metrics.written(message, to.lines - from.lines);
    noteDeliveryEvent(message, options.tracker);
    options.onWritten?.(message);
  }
  return true;
}

/** @returns false when the signal was aborted before. @throws PermanentError when InfluxDB refuses the lines */
async function writeOrWait(batch: readonly Accepted[], lines: Uint8Array, options: ProcessBatchOptions) {
  const { store, log, metrics, signal } = options;
  const write = () => store.writeBytes(lines).then(() => true);
  const written = await retryUntil(write, {
    signal,
    log,
    failing: 'InfluxDB does not take points, trying until it does',
    working: 'InfluxDB takes points again',
    giveUp: (error) => error instanceof PermanentError,
    onFailure() {
      metrics.influx(false);
      // Tells the stream that these are still being worked on, so that it does not deliver them again.
      for (const { jsMsg } of batch) jsMsg.working();
    },
  });
  if (written) metrics.influx(true);
  return written ?? false;
}

/** Sets messages aside. Once the dead-letter stream has them they are confirmed: sending them again is pointless. */
async function deadLetter(refused: readonly Refused[], options: ProcessBatchOptions): Promise<void> {
  const { connection, clock } = options;
  await Promise.all(
    refused.map(({ jsMsg, reason }) => addDeadLetter(connection, jsMsg, reason, clock.wallUs())),
  );
  const outcomes = refused.map(({ jsMsg, message }) => deadOutcome(jsMsg, message));
  const known = outcomes.filter((each): each is MessageOutcome => each !== undefined);
  // Nonsense must not make the states grow: its sender is told, but only runs that gave something sound are kept.
  options.tracker.record(known, known.filter(options.growth.knows));
  for (const { jsMsg } of refused) {
    options.metrics.dead(jsMsg.subject);
    jsMsg.ack();
  }
}
