import type { Log } from '@nestwatch/common/log';
import { countOf, type Ranges, rangesOf } from '@nestwatch/common/ranges';
import { type BootRangesShape, v1 } from '@nestwatch/proto';
import type { Outbox } from '../delivery/outbox.ts';
import type { Entry } from '../delivery/segment.ts';
import { createSender, type SenderOptions } from '../delivery/sender.ts';
import type { OutboxConfig } from '../delivery/settings.ts';
import { createWriter, type Writer } from '../delivery/writer.ts';
import { createHeaderMaker, type HeaderMaker, type HeaderOptions } from './header.ts';
import { createMessenger, type Messenger, messageTypes } from './messenger.ts';

export interface DeliveryOptions extends HeaderOptions, Pick<SenderOptions, 'complete'> {
  config: OutboxConfig & { readonly interval: number };
  outbox: Outbox;
  runId: string;
  /** Id of a new run, should this machine turn out to be rolled back or copied. */
  newRunId: () => string;
  /** Told when this machine turns out to be. */
  onRolledBack?: () => void;
  log: Log;
}

/** Puts a writer before an outbox and a sender behind it: what is made is on disk before it is sent. */
export function startDelivery(options: DeliveryOptions) {
  const { config, outbox, runId } = options;
  const held = heldRanges(outbox);
  const writer = createWriter(outbox, runId);
  const header = createHeaderMaker(options, config.interval, writer);
  const messenger = createMessenger(header, writer);
  const sender = createSender({
    ...options,
    writer,
    declareDropped: () => declareDropped(outbox, writer, messenger),
    onNumberTaken: (entry, bytes) => numberAnew(options, writer, header, entry, bytes),
  });
  return {
    messenger,
    sender,
    writer,
    /** What the outbox held of earlier runs when it was opened, as AGENT_STARTED tells the collector. */
    held,
  };
}

/** Tells the collector, by an event that goes the way of all messages, what the outbox let go. */
async function declareDropped(outbox: Outbox, writer: Writer, messenger: Messenger): Promise<void> {
  const dropped = outbox.undeclared();
  if (dropped.length === 0) return;
  const count = dropped.reduce((sum, { ranges }) => sum + countOf(ranges), 0);
  messenger.event({
    kind: v1.Event.Kind.OUTBOX_DROPPED,
    text: `the outbox dropped ${count} messages at its limits of size and age`,
    magnitude: count,
    dropped: dropped.map(({ runId, ranges }) => ({ boot: runId, ranges: shapesOf(ranges) })),
  });
  await writer.written();
  outbox.declared(dropped);
}

/**
 * The stream knows an id that this run never used: another time line of this machine did, before it was rolled back to
 * a snapshot or copied. The message is made again, as the first of a new run, or as the next of the run that was begun
 * for that reason.
 */
function numberAnew(
  { newRunId, outbox, log, onRolledBack }: DeliveryOptions,
  writer: Writer,
  header: HeaderMaker,
  { kind, runId, seq }: Entry,
  bytes: Uint8Array,
): void {
  if (runId === writer.runId) {
    log.warn('this machine was rolled back or copied: starting a new run', { runId, seq });
    writer.renew(newRunId());
    onRolledBack?.();
  }
  const made = header();
  const message = messageTypes[kind].decode(bytes);
  // When it was made stays: only the number is another.
  const remade = { ...message.header, boot: made.boot, seq: made.seq, freed: made.freed };
  outbox.confirm(runId, [[seq, seq]]);
  const remadeBytes = messageTypes[kind].encode({ ...message, header: remade }).finish();
  writer.append({ kind, seq: made.seq, bytes: remadeBytes });
}

function heldRanges(outbox: Outbox): BootRangesShape[] {
  const seqs = new Map<string, number[]>();
  for (const { runId, seq } of outbox.pending()) seqs.set(runId, [...(seqs.get(runId) ?? []), seq]);
  return [...seqs].map(([runId, numbers]) => ({ boot: runId, ranges: shapesOf(rangesOf(numbers)) }));
}

function shapesOf(ranges: Ranges): { from: number; to: number }[] {
  return ranges.map(([from, to]) => ({ from, to }));
}
