import { type Ranges, rangesOf } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import type { FileWriter } from './files.ts';
import { type Frame, scanFrames } from './frame.ts';

/**
 * Samples lie apart from everything else, so that dropping the oldest samples is deleting a file and never takes a
 * benchmark result, a capability or an event along.
 */
export type Lane = 'samples' | 'results';

export const laneOf = (kind: Kind): Lane => (kind === 'sample' ? 'samples' : 'results');

/** When what an earlier run may have sent was sent: it is due again at once. */
export const DUE = Number.NEGATIVE_INFINITY;

/** One message that the outbox holds. */
export interface Entry {
  readonly kind: Kind;
  /** The run of the agent that made it. */
  readonly runId: string;
  readonly seq: number;
  /** Wall clock of the node when it was put in, µs since 1970. */
  readonly wallUs: number;
  /** Size of the message, bytes. */
  readonly bytes: number;
  /**
   * When it was last sent, on the sender's monotonic clock, ms; DUE: before, and due again; undefined: never.
   * An earlier run may have sent what it left.
   */
  sentMs: number | undefined;
  /** Written to InfluxDB, or dropped: nothing is left to do. */
  done: boolean;
  /** Where it is. */
  location: { segment: Segment; offset: number; length: number } | { memory: Uint8Array };
}

/** Ranges of one run that were let go by policy. */
export interface Dropped {
  readonly runId: string;
  readonly ranges: Ranges;
}

/** One file of the outbox: messages of one lane and one run, appended until it is full. */
export interface Segment {
  readonly name: string;
  readonly ordinal: number;
  readonly lane: Lane;
  readonly runId: string;
  entries: Entry[];
  /** Entries that are not done. */
  pending: number;
  /** Size of the file. */
  bytes: number;
  lastWallUs: number;
  /** Set while the file is appended to. */
  writer: FileWriter | undefined;
  /** When the oldest byte was appended that is not synced, monotonic, µs. */
  unsyncedSinceUs: number | undefined;
  /** Notes of drops that the collector may not know of: the file stays until it does. */
  dropped: Dropped[];
}

const NAME = /^(\d{10})-(samples|results)\.seg$/;

export function segmentName(ordinal: number, lane: Lane): string {
  return `${String(ordinal).padStart(10, '0')}-${lane}.seg`;
}

/** Ordinal and lane of a segment file; undefined for any other file. */
export function parseSegmentName(name: string): { ordinal: number; lane: Lane } | undefined {
  const match = NAME.exec(name);
  return match === null ? undefined : { ordinal: Number(match[1]), lane: match[2] as Lane };
}

export function newSegment(ordinal: number, lane: Lane, runId: string): Segment {
  return {
    name: segmentName(ordinal, lane),
    ordinal,
    lane,
    runId,
    entries: [],
    pending: 0,
    bytes: 0,
    lastWallUs: 0,
    writer: undefined,
    unsyncedSinceUs: undefined,
    dropped: [],
  };
}

/** Takes note of a frame that stands in the segment's file. */
export function addFrame(segment: Segment, frame: Frame, offset: number, length: number): Entry | undefined {
  segment.bytes = Math.max(segment.bytes, offset + length);
  if (frame.type === 'dropped') segment.dropped.push({ runId: frame.runId, ranges: frame.ranges });
  if (frame.type !== 'message') return undefined;
  const entry: Entry = {
    kind: frame.kind,
    runId: segment.runId,
    seq: frame.seq,
    wallUs: frame.wallUs,
    bytes: frame.bytes.length,
    sentMs: undefined,
    done: false,
    location: { segment, offset, length },
  };
  segment.entries.push(entry);
  segment.pending++;
  segment.lastWallUs = Math.max(segment.lastWallUs, frame.wallUs);
  return entry;
}

/** A segment as an earlier run left it, and how many of its bytes are damaged. Undefined when its start is lost. */
export function recoverSegment(
  ordinal: number,
  lane: Lane,
  file: Buffer,
): { segment: Segment | undefined; damagedBytes: number } {
  const { frames, damagedBytes } = scanFrames(file);
  const first = frames[0]?.frame;
  if (first?.type !== 'start') return { segment: undefined, damagedBytes: file.length };
  const segment = newSegment(ordinal, lane, first.runId);
  for (const { frame, offset, length } of frames) {
    const entry = addFrame(segment, frame, offset, length);
    if (entry !== undefined) entry.sentMs = DUE;
  }
  segment.bytes = file.length;
  return { segment, damagedBytes };
}

/** Sequence numbers that a segment still holds. */
export function pendingRanges(segment: Segment): Ranges {
  return rangesOf(segment.entries.filter((entry) => !entry.done).map((entry) => entry.seq));
}
