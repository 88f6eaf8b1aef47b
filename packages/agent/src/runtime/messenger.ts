import type { BenchmarkShape, CapabilityShape, EventShape, Kind, SampleShape } from '@nestwatch/proto';
import { v1 } from '@nestwatch/proto';
import type { HeaderMaker } from './header.ts';

/** Takes an encoded message and sees to it that it arrives. */
export interface MessageSink {
  send(message: EncodedMessage): void;
}

export interface EncodedMessage {
  kind: Kind;
  boot: string;
  seq: number;
  bytes: Uint8Array;
}

/** What an agent tells, without headers. */
export interface Messenger {
  capability(body: CapabilityShape): void;
  sample(body: SampleShape): void;
  benchmark(body: BenchmarkShape): void;
  event(body: EventShape): void;
}

/** Puts a header before each message, encodes it and hands it on. */
export function createMessenger(header: HeaderMaker, sink: MessageSink): Messenger {
  const via =
    <T>(kind: Kind, type: { encode(message: T): { finish(): Uint8Array } }) =>
    (body: T) => {
      const made = header();
      const bytes = type.encode({ ...body, header: made }).finish();
      sink.send({ kind, boot: made.boot, seq: made.seq, bytes });
    };
  return {
    capability: via('capability', v1.Capability),
    sample: via('sample', v1.Sample),
    benchmark: via('benchmark', v1.BenchmarkResult),
    event: via('event', v1.Event),
  };
}
