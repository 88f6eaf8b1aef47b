import type { JsMsg } from '@nats-io/jetstream';
import { parseReportSubject } from '@nestwatch/proto';
import type { LineBuffer } from '../influx/points/line-buffer.ts';
import { accept } from './accept.ts';
import type { Apart } from './apart.ts';
import { type Accepted, type BatchOptions, type Refused, senderOf } from './batch.ts';
import type { PendingMessages } from './pending-messages.ts';
import type { SetAside } from './set-aside.ts';
import type { TimeShares } from './time-shares.ts';
import { writeBatch } from './write-batch.ts';

/** Time after which a batch is closed, however few messages it has: an expensive refusal must not delay the rest. */
const LONGEST_US = 250_000;

export interface Batch {
  readonly taken: readonly JsMsg[];
  readonly accepted: readonly Accepted[];
  readonly refused: readonly Refused[];
}

/**
 * Takes messages that wait, a node's after the other's, and decodes them, until the batch is full: in messages, in bytes
 * of lines, or in time. What a node sends beyond its share of time is let go.
 * @param lines empty; takes the batch's lines
 */
export function collectBatch(
  pending: PendingMessages,
  lines: LineBuffer,
  shares: TimeShares,
  options: BatchOptions,
): Batch {
  const { config, clock, metrics } = options;
  const [taken, accepted, refused]: [JsMsg[], Accepted[], Refused[]] = [[], [], []];
  const endUs = clock.monoUs() + LONGEST_US;
  const isFull = () =>
    taken.length >= config['ingest.batch'] ||
    lines.mark().bytes >= config['ingest.batch-bytes'] ||
    clock.monoUs() > endUs;
  do {
    const jsMsg = pending.next();
    if (jsMsg === undefined) break;
    taken.push(jsMsg);
    const sender = senderOf(jsMsg);
    if (!shares.has(sender)) {
      letGo(jsMsg, options);
      continue;
    }
    const startedUs = clock.monoUs();
    const result = accept(jsMsg, lines, options);
    shares.take(sender, clock.monoUs() - startedUs, jsMsg.data.length);
    if ('reason' in result) refused.push(result);
    else accepted.push(result);
  } while (!isFull());
  metrics.received(taken.length);
  return { taken, accepted, refused };
}

/** The stream forgets it. Nobody confirms it, so an agent sends it again when there is time for it. */
function letGo(jsMsg: JsMsg, { beyond }: BatchOptions): void {
  const { lab, node } = parseReportSubject(jsMsg.subject) ?? { lab: 'unknown', node: 'unknown' };
  beyond.note({ lab, node, name: '' }, 'flood', 'sends more than there is time to read: left unread');
  jsMsg.ack();
}

/**
 * Brings a batch to its end: write in one request, confirm, acknowledge. Each message is confirmed and acknowledged only
 * after InfluxDB accepted its points or the dead-letter stream took it. While InfluxDB is away the batch is kept and
 * tried again.
 * @param lines holds the batch's lines until this resolves
 * @returns false when the signal was aborted before the batch was written; what is not written is not acknowledged.
 */
export async function processBatch(
  { accepted, refused }: Batch,
  lines: LineBuffer,
  parts: { readonly apart: Apart; readonly setAside: SetAside },
  options: BatchOptions,
): Promise<boolean> {
  const [goesOn] = await Promise.all([
    writeBatch(accepted, lines, parts, options),
    parts.setAside(refused, 'message'),
  ]);
  return goesOn;
}
