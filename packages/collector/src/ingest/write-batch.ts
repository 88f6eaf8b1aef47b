import type { JsMsg } from '@nats-io/jetstream';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import { groupBy } from '@nestwatch/common/group-by';
import { retryUntil } from '@nestwatch/common/retry';
import { PartialWriteError } from '../influx/partial-write.ts';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import { writeHalves } from '../influx/points/write-halving.ts';
import type { Apart } from './apart.ts';
import { type Accepted, type BatchOptions, senderOf } from './batch.ts';
import { pointTime } from './message-lines.ts';
import { noteDeliveryEvent, writtenOutcome } from './outcomes.ts';
import type { SetAside } from './set-aside.ts';
import { splitTakenInPart } from './taken-in-part.ts';

/**
 * Writes a batch in one request. One that InfluxDB refuses is split by node until the nodes stand alone whose messages are
 * refused: these are written apart from now on, so that nobody else waits for it.
 * @returns false when it was told to stop before
 */
export async function writeBatch(
  batch: readonly Accepted[],
  lines: LineBuffer,
  parts: { readonly apart: Apart; readonly setAside: SetAside },
  options: BatchOptions,
): Promise<boolean> {
  const { apart } = parts;
  const isSuspect = new Set(batch.filter(({ jsMsg }) => apart.has(senderOf(jsMsg))));
  const others = isSuspect.size === 0 ? batch : batch.filter((each) => !isSuspect.has(each));
  for (const each of isSuspect) apart.add([each], lines);
  const write = (messages: readonly Accepted[]) =>
    writeMessages(
      messages,
      linesOf(messages, lines),
      (each) => lines.bytes(each.from, each.to),
      parts,
      options,
    );
  if (others.length === 0) return true;
  try {
    return await write(others);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    const byNode = [...groupBy(others, ({ jsMsg }) => senderOf(jsMsg)).values()];
    const setApart = (messages: readonly Accepted[]) => apart.add(messages, lines, messageOf(error));
    if (byNode.length === 1) {
      setApart(others);
      return true;
    }
    return await writeHalves(byNode, (nodes) => write(nodes.flat()), setApart);
  }
}

/** The lines of messages, copied only where others stand between them. */
export function linesOf(messages: readonly Accepted[], lines: LineBuffer): Uint8Array {
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined) return new Uint8Array();
  const together = messages.every(({ from }, at) => at === 0 || from.bytes === messages[at - 1]?.to.bytes);
  if (together) return lines.bytes(first.from, last.to);
  return Buffer.concat(messages.map(({ from, to }) => lines.bytes(from, to)));
}

/**
 * Writes messages in one request and confirms them; of what InfluxDB takes in part, those at fault are set aside alone.
 * @param linesOfOne the lines of each
 * @returns false when the signal was aborted before
 * @throws PermanentError when InfluxDB refuses the request, and does not say for which messages
 */
export async function writeMessages<M extends Accepted>(
  messages: readonly M[],
  lines: Uint8Array,
  linesOfOne: (message: M) => Uint8Array,
  { setAside }: { readonly setAside: SetAside },
  options: BatchOptions,
): Promise<boolean> {
  try {
    const written = await writeOrWait(messages, lines, options);
    if (written) confirm(messages, options);
    return written;
  } catch (error) {
    if (!(error instanceof PartialWriteError)) throw error;
    const withLines = messages.map((each) => {
      const { timeUs } = pointTime(each.message.header, options.config['clock.limit']);
      return { each, bytes: linesOfOne(each), lines: each.to.lines - each.from.lines, timeUs };
    });
    const split = splitTakenInPart(withLines, error);
    if (split === undefined) throw error;
    options.metrics.influx(true);
    confirm(
      split.written.map(({ each }) => each),
      options,
    );
    expire(
      split.expired.map(({ each }) => each),
      options,
    );
    const refused = split.refused.map(({ each }) => ({ ...each, reason: error.message }));
    await setAside(refused, 'refused');
    return true;
  }
}

/** Takes note that messages are older than what InfluxDB keeps: nobody has to send them again. */
function expire(messages: readonly Accepted[], { tracker, metrics }: BatchOptions): void {
  tracker.record(messages.map(({ message }) => ({ ...writtenOutcome(message), outcome: 'expired' })));
  for (const { jsMsg, message } of messages) {
    jsMsg.ack();
    metrics.expired(message);
    noteDeliveryEvent(message, tracker);
  }
}

/** Takes note that messages are written: tells their senders, and the stream. */
export function confirm(messages: readonly Accepted[], options: BatchOptions): void {
  const { tracker, metrics, onWritten } = options;
  tracker.record(messages.map(({ message }) => writtenOutcome(message)));
  for (const { jsMsg, message, from, to } of messages) {
    jsMsg.ack();
    metrics.written(message, to.lines - from.lines);
    noteDeliveryEvent(message, tracker);
    onWritten?.(message);
  }
}

/** @returns false when the signal was aborted before. @throws PermanentError when InfluxDB refuses the lines */
export async function writeOrWait(
  messages: readonly { readonly jsMsg: JsMsg }[],
  lines: Uint8Array,
  options: BatchOptions,
): Promise<boolean> {
  const { store, log, metrics, signal } = options;
  const write = () => store.writeBytes(lines).then(() => true);
  const written = await retryUntil(write, {
    signal,
    log,
    failing: 'InfluxDB does not accept points, retrying',
    working: 'InfluxDB accepts points again',
    eachReason: true,
    giveUp: (error) => error instanceof PermanentError,
    onFailure() {
      metrics.influx(false);
      // Tells the stream that these are still being worked on, so that it does not deliver them again.
      for (const { jsMsg } of messages) jsMsg.working();
    },
  });
  if (written) metrics.influx(true);
  return written ?? false;
}
