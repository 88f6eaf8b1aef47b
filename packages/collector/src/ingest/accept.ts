import type { JsMsg } from '@nats-io/jetstream';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import type { Accepted, BatchOptions, Refused } from './batch.ts';
import { boundTimes } from './bound-times.ts';
import { type AgentMessage, decodeMessage } from './decode.ts';
import { addMessageLines } from './message-lines.ts';

/** Understands a message and adds its lines; one that is refused leaves nothing behind. */
export function accept(jsMsg: JsMsg, lines: LineBuffer, options: BatchOptions): Accepted | Refused {
  const { growth, config, clock, metrics, beyond } = options;
  let message: AgentMessage | undefined;
  const from = lines.mark();
  try {
    refuseReflected(jsMsg);
    message = decodeMessage(jsMsg.subject, jsMsg.data);
    const { lab, node, header } = message;
    const strange = boundTimes(header, takenUs(jsMsg), config);
    if (strange !== undefined) beyond.note(header, 'time', strange);
    lines.allow({ bytes: config['limits.message-bytes'], lines: config['limits.message-lines'] });
    addMessageLines(message, config['clock.limit'], lines);
    growth.admit({ lab, node, runId: header.runId, series: lines.seriesFrom(from) }, clock.wallUs());
    if (message.unstorable > 0) metrics.unstorable(message.unstorable);
    return { jsMsg, message: forLater(message), from, to: lines.mark() };
  } catch (error) {
    lines.cut(from);
    return { jsMsg, message, reason: messageOf(error) };
  }
}

/**
 * When the stream took a message, µs since 1970, the same at each delivery. Its number makes it another than that of the
 * messages before and after, which may have come in the same microsecond.
 */
function takenUs({ info, seq }: JsMsg): number {
  return Math.floor(info.timestampNanos / 1000) + (seq % 1_000_000);
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
