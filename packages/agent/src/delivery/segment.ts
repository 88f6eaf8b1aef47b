import type { Ranges } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import type { FileWriter } from './files.ts';

/**
 * Samples lie apart from everything else, so that dropping the oldest samples is deleting a file and never takes a
 * benchmark result, a capability or an event along.
 */
export type Lane = 'samples' | 'results';

export const laneOf = (kind: Kind): Lane => (kind === 'sample' ? 'samples' : 'results');

/** When what an earlier run may have sent was sent: it is due again at once. */
export const DUE = Number.NEGATIVE_INFINITY;

/** A message as it is sent, numbered within its run of the agent. */
export interface EncodedMessage {
  kind: Kind;
  /** The run that made it. */
  runId: string;
  /** Counts from 1 within the run. */
  seq: number;
  bytes: Uint8Array;
}

/** One message that the outbox holds. */
export interface Entry extends Readonly<Omit<EncodedMessage, 'bytes'>> {
  /** Wall clock of the node when it was put in, µs since 1970. */
  readonly wallUs: number;
  /** Size of the message, bytes. */
  readonly bytes: number;
  /**
   * When it was last sent, on the sender's monotonic clock, ms; DUE: before, and due again; undefined: never.
   * An earlier run may have sent what it left.
   */
  sentMs: number | undefined;
  /** A site's own stream has it, which keeps it for as long as the line to the collectors is cut. */
  atSite?: boolean;
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

/** Ordinal and lane of a segment file; undefined for any other file. */
export function parseSegmentName(name: string): { ordinal: number; lane: Lane } | undefined {
  const match = NAME.exec(name);
  return match === null ? undefined : { ordinal: Number(match[1]), lane: match[2] as Lane };
}

export function newSegment(ordinal: number, lane: Lane, runId: string): Segment {
  return {
    name: `${String(ordinal).padStart(10, '0')}-${lane}.seg`,
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

/** What is kept of a message that is in no file yet. */
export function newEntry({ kind, runId, seq, bytes }: EncodedMessage, wallUs: number): Entry {
  const location = { memory: bytes };
  return { kind, runId, seq, wallUs, bytes: bytes.length, sentMs: undefined, done: false, location };
}

/** Takes note that a message stands in the segment's file. The entry stays the same object: the sender holds it. */
export function addEntry(segment: Segment, entry: Entry, offset: number, length: number): void {
  entry.location = { segment, offset, length };
  segment.entries.push(entry);
  segment.lastWallUs = Math.max(segment.lastWallUs, entry.wallUs);
  if (!entry.done) segment.pending++;
}
