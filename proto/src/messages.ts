// Order matters: numbers.ts must run before the generated code is evaluated.
import './numbers.ts';
import protobuf from 'protobufjs/minimal.js';
import { nestwatch } from '../gen/nestwatch.js';

/** The generated messages of package nestwatch.v1: classes with `encode` and `decode`. */
export const v1 = nestwatch.v1;

/** Plain-object shapes of the messages, for building them. */
export type HeaderShape = nestwatch.v1.Header.$Properties;
export type ExitTraceShape = nestwatch.v1.ExitTrace.$Properties;
export type SampleShape = nestwatch.v1.Sample.$Properties;
export type ProbeOutcomeShape = nestwatch.v1.ProbeOutcome.$Properties;
export type CapabilityShape = nestwatch.v1.Capability.$Properties;
export type FactShape = nestwatch.v1.Fact.$Properties;
export type VerdictShape = nestwatch.v1.Verdict.$Properties;
export type GuestShape = nestwatch.v1.Guest.$Properties;
export type GuestDiskShape = nestwatch.v1.GuestDisk.$Properties;
export type GuestNicShape = nestwatch.v1.GuestNic.$Properties;
export type IdentityShape = nestwatch.v1.Identity.$Properties;
export type InventoryShape = nestwatch.v1.Inventory.$Properties;
export type KvmModuleShape = nestwatch.v1.KvmModule.$Properties;
export type BenchmarkShape = nestwatch.v1.BenchmarkResult.$Properties;
export type EnvironmentShape = nestwatch.v1.Environment.$Properties;
export type EventShape = nestwatch.v1.Event.$Properties;
export type SeqRangeShape = nestwatch.v1.SeqRange.$Properties;
export type BootRangesShape = nestwatch.v1.BootRanges.$Properties;
export type DeliveryShape = nestwatch.v1.Delivery.$Properties;
export type PayloadServerShape = nestwatch.v1.PayloadServer.$Properties;
export type PayloadRequestShape = nestwatch.v1.PayloadRequest.$Properties;
export type PayloadReplyShape = nestwatch.v1.PayloadReply.$Properties;
export type TurnRequestShape = nestwatch.v1.TurnRequest.$Properties;
export type TurnReplyShape = nestwatch.v1.TurnReply.$Properties;
export type RoundRequestShape = nestwatch.v1.RoundRequest.$Properties;
export type RoundReplyShape = nestwatch.v1.RoundReply.$Properties;

/** Tag of field 1, which is the header in messages of all four kinds, as bytes of a length that follows. */
const HEADER_TAG = 0x0a;

/**
 * The header of an encoded message of any kind, without the rest, which takes much longer. Undefined when it has none, or
 * does not begin with it, as what we encode does.
 * @throws Error when it is torn
 */
export function headerIn(message: Uint8Array): nestwatch.v1.Header | undefined {
  const reader = protobuf.Reader.create(message);
  if (message.length === 0 || reader.uint32() !== HEADER_TAG) return undefined;
  return v1.Header.decode(reader, reader.uint32());
}
