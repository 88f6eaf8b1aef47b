import {
  type BenchmarkShape,
  type CapabilityShape,
  type EventShape,
  type Kind,
  type SampleShape,
  v1,
} from '@nestwatch/proto';
import type { Writer } from '../delivery/writer.ts';
import type { HeaderMaker } from './header.ts';

/** What an agent tells, without headers. */
export interface Messenger {
  capability(body: CapabilityShape): void;
  sample(body: SampleShape): void;
  benchmark(body: BenchmarkShape): void;
  event(body: EventShape): void;
}

/** Puts a header before each message, encodes it and puts it into the outbox. */
export function createMessenger(header: HeaderMaker, writer: Pick<Writer, 'append'>): Messenger {
  const via =
    <T>(kind: Kind, type: { encode(message: T): { finish(): Uint8Array } }) =>
    (body: T) => {
      const made = header();
      const bytes = type.encode({ ...body, header: made }).finish();
      writer.append({ kind, runId: made.boot, seq: made.seq, bytes });
    };
  return {
    capability: via('capability', v1.Capability),
    sample: via('sample', v1.Sample),
    benchmark: via('benchmark', v1.BenchmarkResult),
    event: via('event', v1.Event),
  };
}
