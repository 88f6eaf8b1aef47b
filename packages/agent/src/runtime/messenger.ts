import {
  type BenchmarkShape,
  type CapabilityShape,
  type EventShape,
  type HeaderShape,
  type Kind,
  type SampleShape,
  v1,
} from '@nestwatch/proto';
import type { Writer } from '../delivery/writer.ts';
import type { HeaderMaker } from './header.ts';

interface Message {
  header?: HeaderShape | null;
}

/** How to read and write each kind of message, whatever is in it beside its header. */
export const messageTypes: Readonly<
  Record<Kind, { decode(bytes: Uint8Array): Message; encode(message: Message): { finish(): Uint8Array } }>
> = { capability: v1.Capability, sample: v1.Sample, benchmark: v1.BenchmarkResult, event: v1.Event };

/** What an agent tells, without headers. */
export interface Messenger {
  capability(body: CapabilityShape): void;
  sample(body: SampleShape): void;
  benchmark(body: BenchmarkShape): void;
  event(body: EventShape): void;
}

/** Puts a header before each message, encodes it and puts it into the outbox. */
export function createMessenger(makeHeader: HeaderMaker, writer: Pick<Writer, 'append'>): Messenger {
  const via = (kind: Kind) => (body: object) => {
    const header = makeHeader();
    const bytes = messageTypes[kind].encode({ ...body, header }).finish();
    writer.append({ kind, seq: header.seq, bytes });
  };
  return {
    capability: via('capability'),
    sample: via('sample'),
    benchmark: via('benchmark'),
    event: via('event'),
  };
}
