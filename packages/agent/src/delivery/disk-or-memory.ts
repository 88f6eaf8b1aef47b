import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Drops } from './drops.ts';
import type { OutboxFiles } from './files.ts';
import type { Memory } from './memory.ts';
import type { EncodedMessage } from './message.ts';
import { type Dropped, type Entry, laneOf } from './segment.ts';
import type { SegmentStore } from './segment-store.ts';

export interface StorageOptions {
  /** Named to people. */
  dir: string;
  files: OutboxFiles;
  store: SegmentStore;
  memory: Memory;
  drops: Drops;
  clock: Clock;
  log: Log;
}

/** Where messages are kept: on disk, and in memory while the disk refuses them. */
export interface DiskOrMemory {
  /** Why the disk is not used at the moment. */
  readonly diskError: string | undefined;
  /** Takes note that the disk refused something. */
  refused(error: unknown): void;
  /** Keeps a message. Never rejects. */
  put(message: EncodedMessage): Promise<Entry>;
  /** Notes on disk what is let go; in memory when that cannot be. Never rejects. */
  noteDropped(runId: string, note: Dropped): Promise<void>;
  /** Brings to disk what had to stay in memory, when it is time to try, or now. Never rejects. */
  retry(runId: string, now?: boolean): Promise<void>;
}

const RETRY_DISK_US = 10_000_000;

export function createDiskOrMemory(options: StorageOptions): DiskOrMemory {
  const { dir, files, store, memory, drops, clock, log } = options;
  let diskError: string | undefined;
  let failedUs = 0;

  function refused(error: unknown): void {
    failedUs = clock.monoUs();
    const reason = messageOf(error);
    if (diskError === undefined) {
      log.warn('the outbox can not write to its disk and keeps messages in memory', { dir, error: reason });
    }
    diskError = reason;
  }

  async function put({ kind, runId, seq, bytes }: EncodedMessage): Promise<Entry> {
    if (diskError === undefined) {
      try {
        const frame = { type: 'message', kind, seq, bytes, wallUs: clock.wallUs() } as const;
        const entry = await store.write(runId, laneOf(kind), frame);
        if (entry !== undefined) return entry;
      } catch (error) {
        refused(error);
      }
    }
    const { entry, dropped } = memory.add({ kind, runId, seq, bytes, wallUs: clock.wallUs() });
    for (const old of dropped) drops.add(old);
    return entry;
  }

  async function moveToDisk(entry: Entry): Promise<void> {
    if (!('memory' in entry.location)) return;
    const { kind, seq, wallUs } = entry;
    const frame = { type: 'message', kind, seq, wallUs, bytes: entry.location.memory } as const;
    const stored = await store.write(entry.runId, laneOf(kind), frame);
    if (stored === undefined || !('segment' in stored.location)) return;
    memory.release(entry);
    // The sender holds the entry: it stays the same object.
    entry.location = stored.location;
    const { segment } = stored.location;
    segment.entries[segment.entries.indexOf(stored)] = entry;
    if (entry.done) segment.pending--;
  }

  return {
    get diskError() {
      return diskError;
    },
    refused,
    put,
    async noteDropped(runId, note) {
      try {
        if (diskError !== undefined) throw new Error(diskError);
        await store.write(runId, 'results', { type: 'dropped', ...note });
      } catch {
        drops.keep(note);
      }
    },
    async retry(runId, now = false) {
      if (diskError === undefined || (!now && clock.monoUs() - failedUs < RETRY_DISK_US)) return;
      try {
        await files.list();
        for (const entry of memory.entries()) await moveToDisk(entry);
        await drops.write(runId);
        diskError = undefined;
        log.info('the outbox writes to its disk again', { dir });
      } catch (error) {
        refused(error);
      }
    },
  };
}
