import type { JsMsg } from '@nats-io/jetstream';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import { messageOf, PermanentError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Settled } from '../delivery/pending-changes.ts';
import type { Accounting } from '../delivery/tracker.ts';
import type { LineBuffer, Mark } from '../influx/points/line-buffer.ts';
import type { Store } from '../influx/store.ts';
import type { DeadLetters } from './dead-letters.ts';
import { decodeReport, type Report } from './decode.ts';
import type { GrowthGuard } from './growth-guard.ts';
import { addReportLines } from './message-lines.ts';
import type { IngestMetrics } from './metrics.ts';
import { noteTidings, settledLetter, settledReport } from './outcomes.ts';

export interface TakeInOptions {
  store: Pick<Store, 'writeBytes'>;
  deadLetters: DeadLetters;
  metrics: IngestMetrics;
  accounting: Accounting;
  growth: GrowthGuard;
  clockLimitMs: number;
  /** µs since 1970. */
  nowUs: () => number;
  log: Log;
  signal: AbortSignal;
  /** Told of every report that is written. */
  onWritten?: (report: Report) => void;
}

interface Understood {
  message: JsMsg;
  report: Report;
  /** Between which marks its lines stand in the batch's. */
  from: Mark;
  to: Mark;
}

interface Refused {
  message: JsMsg;
  report: Report | undefined;
  reason: string;
}

/**
 * Takes in one batch: decode, write in one request, confirm, acknowledge. Each message is confirmed and acknowledged
 * only after InfluxDB accepted its points or the dead-letter stream took it. While InfluxDB is away the batch is kept
 * and tried again.
 * @param lines empty; holds the batch's lines until this resolves
 * @returns false when the signal was aborted before the batch was written; what is not written is not acknowledged.
 */
export async function takeIn(
  batch: readonly JsMsg[],
  lines: LineBuffer,
  options: TakeInOptions,
): Promise<boolean> {
  options.metrics.received(batch.length);
  const understood: Understood[] = [];
  const refused: Refused[] = [];
  for (const message of batch) {
    const read = understand(message, lines, options);
    if ('reason' in read) refused.push(read);
    else understood.push(read);
  }
  await bury(refused, options);
  return await writeAll(understood, lines, options);
}

function understand(
  message: JsMsg,
  lines: LineBuffer,
  { growth, clockLimitMs, nowUs, metrics }: TakeInOptions,
): Understood | Refused {
  let report: Report | undefined;
  const from = lines.mark();
  try {
    refuseReflected(message);
    report = decodeReport(message.subject, message.data);
    addReportLines(report, clockLimitMs, lines);
    const { lab, node, header } = report;
    growth.admit({ lab, node, boot: header.boot, series: lines.seriesFrom(from) }, nowUs());
    if (report.unstorable > 0) metrics.unstorable(report.unstorable);
    return { message, report: forLater(report), from, to: lines.mark() };
  } catch (error) {
    lines.cut(from);
    return { message, report, reason: messageOf(error) };
  }
}

/**
 * A report as it is kept until its batch is written. Nobody looks at a sample's values again, and thousands of them that
 * live so long are most of what the garbage collector has to copy.
 */
function forLater(report: Report): Report {
  return report.kind === 'sample' ? { ...report, body: {} } : report;
}

const REFLECTED: ReadonlySet<string> = new Set(['Nats-Stream', 'Nats-Subject', 'Status']);

/**
 * NATS does not check the subject to which an answer is asked. By asking JetStream for a value it stored itself, a node
 * could have the server publish it on another node's subject; such an answer carries the server's headers.
 */
function refuseReflected({ headers }: JsMsg): void {
  for (const name of headers?.keys() ?? []) {
    if (REFLECTED.has(name))
      throw new PermanentError(`header ${name}: an answer of the server, not a report`);
  }
}

/** A refused batch is halved until the refused message stands alone; that one is buried, the rest is written. */
async function writeAll(
  batch: readonly Understood[],
  lines: LineBuffer,
  options: TakeInOptions,
): Promise<boolean> {
  const [first, last] = [batch[0], batch.at(-1)];
  if (first === undefined || last === undefined) return true;
  try {
    if (!(await writeOrWait(batch, lines.bytes(first.from, last.to), options))) return false;
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    if (batch.length === 1) {
      await bury([{ ...first, reason: messageOf(error) }], options);
      return true;
    }
    const half = Math.ceil(batch.length / 2);
    return (
      (await writeAll(batch.slice(0, half), lines, options)) &&
      (await writeAll(batch.slice(half), lines, options))
    );
  }
  options.accounting.settle(batch.map(({ report }) => settledReport(report)));
  for (const { message, report, from, to } of batch) {
    message.ack();
    options.metrics.written(report, to.lines - from.lines);
    noteTidings(report, options.accounting);
    options.onWritten?.(report);
  }
  return true;
}

async function writeOrWait(
  batch: readonly Understood[],
  lines: Uint8Array,
  { store, log, metrics, signal }: TakeInOptions,
): Promise<boolean> {
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.writeBytes(lines);
      if (attempt > 1) log.info('InfluxDB takes points again');
      metrics.influx(true);
      return true;
    } catch (error) {
      if (error instanceof PermanentError) throw error;
      if (attempt === 1)
        log.warn('InfluxDB does not take points, trying until it does', { error: messageOf(error) });
      metrics.influx(false);
      // Tells the stream that these are still being worked on, so that it does not deliver them again.
      for (const { message } of batch) message.working();
      if (!(await pause(backoff.next(), signal))) return false;
    }
  }
}

/** Sets messages aside. Once the dead-letter stream has them they are confirmed: sending them again is pointless. */
async function bury(refused: readonly Refused[], options: TakeInOptions): Promise<void> {
  await Promise.all(
    refused.map(({ message, reason }) => options.deadLetters.add(message.subject, message.data, reason)),
  );
  const settled = refused.map(({ message, report }) => settledLetter(message, report));
  const known = settled.filter((each): each is Settled => each !== undefined);
  // Nonsense must not make the accounts grow: its sender is told, but only runs that gave something sound are kept.
  options.accounting.settle(known, known.filter(options.growth.knows));
  for (const { message } of refused) {
    options.metrics.dead(message.subject);
    message.ack();
  }
}
