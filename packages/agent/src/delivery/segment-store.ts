import { saying } from '@nestwatch/common/log';
import type { OutboxFiles } from './files.ts';
import { encodeFrame, type Frame } from './frame.ts';
import type { OutboxOptions } from './outbox-options.ts';
import type { Recovered } from './recover.ts';
import {
  addEntry,
  type Dropped,
  type Entry,
  type Lane,
  laneOf,
  newSegment,
  type Segment,
} from './segment.ts';

interface SegmentStoreOptions
  extends Required<Pick<OutboxOptions, 'files' | 'syncAfterMs' | 'clock' | 'log'>>,
    Pick<Recovered, 'segments' | 'nextOrdinal'> {
  /** A file that has grown to this is ended, bytes. */
  segmentBytes: number;
}

/** The segment files of an outbox: one per lane is appended to, the others wait until all in them is done. */
export function createSegmentStore(options: SegmentStoreOptions) {
  const { files, segmentBytes, syncAfterMs, clock, log, segments } = options;
  const active: Partial<Record<Lane, Segment>> = {};
  let { nextOrdinal } = options;

  async function open(lane: Lane, runId: string): Promise<Segment> {
    const segment = newSegment(nextOrdinal++, lane, runId);
    await begin(segment, files, clock.wallUs());
    segments.push(segment);
    active[lane] = segment;
    return segment;
  }

  /** Ends the lane's file: the next message begins another. */
  async function seal(lane: Lane): Promise<void> {
    const segment = active[lane];
    if (segment === undefined) return;
    delete active[lane];
    const { writer } = segment;
    segment.writer = undefined;
    try {
      if (segment.pending > 0 && segment.unsyncedSinceUs !== undefined) await writer?.sync();
    } finally {
      await writer?.close();
    }
  }

  async function append(
    runId: string,
    lane: Lane,
    frame: Frame,
    onAppended: (segment: Segment, offset: number, length: number) => void,
  ): Promise<void> {
    if (active[lane] !== undefined && active[lane].runId !== runId) await seal(lane);
    const segment = active[lane] ?? (await open(lane, runId));
    const bytes = encodeFrame(frame);
    try {
      await segment.writer?.append(bytes);
      segment.unsyncedSinceUs ??= clock.monoUs();
      if (syncAfterMs === 0) await sync(segment);
    } catch (error) {
      // How much of the frame is in the file is not known. Nothing may follow it: the scan skips it.
      await seal(lane).catch(() => undefined);
      throw error;
    }
    onAppended(segment, segment.bytes, bytes.length);
    segment.bytes += bytes.length;
    if (segment.bytes >= segmentBytes) await seal(lane);
  }

  async function remove(segment: Segment): Promise<void> {
    if (active[segment.lane] === segment) await seal(segment.lane).catch(() => undefined);
    if (segments.includes(segment)) segments.splice(segments.indexOf(segment), 1);
    const failed = saying(log.warn, 'the outbox cannot delete a file', { file: segment.name });
    await files.remove(segment.name).catch(failed);
  }

  return {
    segments: segments as readonly Segment[],

    /** Bytes of all files. */
    bytes: () => segments.reduce((sum, segment) => sum + segment.bytes, 0),

    /**
     * Writes the message of an entry to the file of its lane and run, where the entry then says that it is.
     * @throws what the disk says
     */
    write(entry: Entry, bytes: Uint8Array): Promise<void> {
      const { kind, runId, seq, wallUs } = entry;
      const frame = { type: 'message', kind, seq, wallUs, bytes } as const;
      return append(runId, laneOf(kind), frame, (segment, offset, length) => {
        addEntry(segment, entry, offset, length);
      });
    },

    /** Writes down what was let go, in the file of this run's results. @throws what the disk says */
    noteDropped: (runId: string, note: Dropped) =>
      append(runId, 'results', { type: 'dropped', ...note }, ({ dropped }) => dropped.push(note)),

    /** Syncs files in which a message has waited for longer than the limit. @throws what the disk says */
    async syncWaiting(): Promise<void> {
      for (const segment of Object.values(active)) {
        if (hasWaited(segment, clock.monoUs() - syncAfterMs * 1000)) await sync(segment);
      }
    },

    /** Whether a sweep would delete something. */
    hasDone: () => segments.some(isDone),

    /** Deletes the files in which nothing is left to do. */
    async sweep(): Promise<void> {
      for (const segment of segments.filter(isDone)) await remove(segment);
    },

    /** Deletes a file, whatever is in it. */
    remove,
    seal,
  };
}

export type SegmentStore = ReturnType<typeof createSegmentStore>;

/** Makes the file of a segment. @throws what the disk says, and leaves no file then */
async function begin(segment: Segment, files: OutboxFiles, wallUs: number): Promise<void> {
  const start = encodeFrame({ type: 'start', runId: segment.runId, wallUs });
  const writer = await files.create(segment.name);
  try {
    await writer.append(start);
  } catch (error) {
    await writer.close().catch(() => undefined);
    await files.remove(segment.name).catch(() => undefined);
    throw error;
  }
  segment.writer = writer;
  segment.bytes = start.length;
}

async function sync(segment: Segment): Promise<void> {
  segment.unsyncedSinceUs = undefined;
  await segment.writer?.sync();
}

/** Whether a message that is not confirmed has not been synced since this time. */
function hasWaited({ pending, unsyncedSinceUs }: Segment, sinceUs: number): boolean {
  return pending > 0 && unsyncedSinceUs !== undefined && unsyncedSinceUs <= sinceUs;
}

function isDone(segment: Segment): boolean {
  return segment.pending === 0 && segment.dropped.length === 0 && segment.writer === undefined;
}
