import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { countOf, rangesOf } from '@nestwatch/common/ranges';
import { type BootRangesShape, type HeaderShape, type Kind, v1 } from '@nestwatch/proto';
import type { Outbox } from '../delivery/outbox.ts';
import { createSender, type Sender, type SenderOptions } from '../delivery/sender.ts';
import type { AgentConfig } from './config/schema.ts';
import type { HeaderMaker } from './header.ts';
import { createMessenger, type Messenger } from './messenger.ts';

export interface DeliveryOptions {
  config: AgentConfig;
  outbox: Outbox;
  node: string;
  boot: string;
  header: HeaderMaker;
  /** Id of a new run, should this machine turn out to be rolled back or copied. */
  newRunId: () => string;
  clock: Clock;
  log: Log;
  /** Fills in what was not known when a message was made. */
  complete?: NonNullable<SenderOptions['complete']>;
}

export interface Delivery {
  messenger: Messenger;
  sender: Sender;
  /** What the outbox held of earlier runs when it was opened, as AGENT_STARTED tells the collector. */
  held: BootRangesShape[];
}

interface Message {
  header?: HeaderShape | null;
}
type MessageType = {
  decode(bytes: Uint8Array): Message;
  encode(message: Message): { finish(): Uint8Array };
};

const types: Readonly<Record<Kind, MessageType>> = {
  sample: v1.Sample,
  capability: v1.Capability,
  benchmark: v1.BenchmarkResult,
  event: v1.Event,
};

/** Puts sender and messenger before an outbox: what is reported is on disk before it is sent. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { config, outbox, node, boot, header, newRunId, clock, log, complete } = options;
  const held = heldRanges(outbox);
  const sender = createSender({
    ...{ outbox, lab: config.lab, node, boot, clock, log },
    ...(complete === undefined ? {} : { complete }),
    catchUpPerSecond: config['outbox.catch-up'],
    resendAfterMs: config['outbox.resend-after'],
    askAfterMs: Math.min(30_000, config['outbox.resend-after'] / 2),
    renew({ kind, bytes }, newRun) {
      if (newRun) header.renew(newRunId());
      const made = header();
      const message = types[kind].decode(bytes);
      // When it was made stays: only the number is another.
      const remade = { ...message.header, boot: made.boot, seq: made.seq, freed: made.freed ?? 0 };
      return {
        ...{ kind, boot: made.boot, seq: made.seq },
        bytes: types[kind].encode({ ...message, header: remade }).finish(),
      };
    },
    declareDropped(dropped) {
      const count = dropped.reduce((sum, { ranges }) => sum + countOf(ranges), 0);
      messenger.event({
        kind: v1.Event.Kind.OUTBOX_DROPPED,
        text: `the outbox let ${count} messages go, by its limits of size and age`,
        magnitude: count,
        dropped: dropped.map(({ boot: of, ranges }) => ({ boot: of, ranges: shapesOf(ranges) })),
      });
    },
  });
  header.countFreed(sender.freed);
  const messenger = createMessenger(header, sender);
  return { messenger, sender, held };
}

function heldRanges(outbox: Outbox): BootRangesShape[] {
  const seqs = new Map<string, number[]>();
  for (const { boot, seq } of outbox.pending()) seqs.set(boot, [...(seqs.get(boot) ?? []), seq]);
  return [...seqs].map(([boot, numbers]) => ({ boot, ranges: shapesOf(rangesOf(numbers)) }));
}

function shapesOf(ranges: Iterable<readonly [number, number]>): { from: number; to: number }[] {
  return [...ranges].map(([from, to]) => ({ from, to }));
}
