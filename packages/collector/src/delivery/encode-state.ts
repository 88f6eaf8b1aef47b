import { defined } from '@nestwatch/common/defined';
import { type Ranges, union } from '@nestwatch/common/ranges';
import type { SharedTexts } from '@nestwatch/common/shared-texts';
import { type SeqRangeShape, v1 } from '@nestwatch/proto';
import type { DeliveryState } from './state.ts';

/** A state as the bucket has it, where a run of an agent is called a boot. */
export function encodeState(state: DeliveryState): Uint8Array {
  const { runId, closedUs, layer, written, dead, dropped, expired, found, held, merges, ...same } = state;
  return v1.Delivery.encode({
    ...same,
    boot: runId,
    written: toShapes(written),
    dead: toShapes(dead),
    dropped: toShapes(dropped),
    expired: toShapes(expired),
    found: toShapes(found),
    held: toShapes(held),
    merges: [...merges],
    ...defined({ closedUs, layer }),
  }).finish();
}

/**
 * Thousands are kept: what many of them have alike is there once, and lists have no spare room.
 * @throws what protobufjs says of bytes that are no Delivery
 */
export function decodeState(bytes: Uint8Array, shared: SharedTexts = (text) => text): DeliveryState {
  const read = v1.Delivery.decode(bytes);
  return {
    runId: read.boot ?? '',
    written: toRanges(read.written),
    dead: toRanges(read.dead),
    dropped: toRanges(read.dropped),
    expired: toRanges(read.expired),
    found: toRanges(read.found),
    held: toRanges(read.held),
    freed: read.freed ?? 0,
    received: read.received ?? 0,
    duplicates: read.duplicates ?? 0,
    closedUs: read.closedUs ?? undefined,
    firstUs: read.firstUs ?? 0,
    lastUs: read.lastUs ?? 0,
    lastWallUs: read.lastWallUs ?? 0,
    name: shared(read.name ?? ''),
    layer: read.layer ?? undefined,
    parent: shared(read.parent ?? ''),
    merges: (read.merges ?? []).map(({ collector, number }) => ({
      collector: shared(collector ?? ''),
      number: number ?? 0,
    })),
  };
}

export function toShapes(ranges: Ranges): SeqRangeShape[] {
  return ranges.map(([from, to]) => ({ from, to }));
}

const NONE: Ranges = [];

/** The set that a message's ranges give. Nonsense in them (0, fractions, ends before beginnings) is left out. */
export function toRanges(shapes: readonly SeqRangeShape[] | null | undefined): Ranges {
  if (shapes == null || shapes.length === 0) return NONE;
  const sound = (value: number) => Number.isSafeInteger(value) && value >= 1;
  const ranges = shapes.map(({ from, to }) => [from ?? 0, to ?? 0] as const);
  return union(ranges.filter(([from, to]) => sound(from) && sound(to))).slice();
}
