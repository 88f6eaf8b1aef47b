import { type HeaderShape, type Kind, v1 } from '@nestwatch/proto';

interface Message {
  header?: HeaderShape | null;
}

/** How to read and write each kind of message, whatever is in it beside its header. */
export const messageTypes: Readonly<
  Record<Kind, { decode(bytes: Uint8Array): Message; encode(message: Message): { finish(): Uint8Array } }>
> = {
  capability: v1.Capability,
  sample: v1.Sample,
  benchmark: v1.BenchmarkResult,
  event: v1.Event,
};
