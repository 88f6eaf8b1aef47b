import { messageOf } from '@nestwatch/common/errors';
import type { Drops } from './drops.ts';
import type { OutboxOptions } from './outbox-options.ts';
import { type Dropped, type EncodedMessage, type Entry, newEntry } from './segment.ts';
import type { SegmentStore } from './segment-store.ts';

interface StorageOptions extends Required<Pick<OutboxOptions, 'dir' | 'files' | 'clock' | 'log'>> {
  store: SegmentStore;
  drops: Drops;
  /** Bytes of messages in memory beyond which the oldest sample goes, then the oldest of all. */
  maxMemoryBytes: number;
}

const RETRY_DISK_US = 10_000_000;

/** Where messages are kept: on disk, and in memory while the disk refuses them. */
export function createDiskOrMemory(options: StorageOptions) {
  const { dir, files, store, drops, maxMemoryBytes, clock, log } = options;
  const inMemory = new Set<Entry>();
  let memoryBytes = 0;
  let diskError: string | undefined;
  let failedUs = 0;

  /** Takes note that the disk refused something. */
  function refused(error: unknown): void {
    failedUs = clock.monoUs();
    const reason = messageOf(error);
    if (diskError === undefined) {
      log.warn('the outbox cannot write to disk and keeps messages in memory', { dir, error: reason });
    }
    diskError = reason;
  }

  /** Lets go of a message in memory, if it is there. */
  function release(entry: Entry): void {
    if (inMemory.delete(entry)) memoryBytes -= entry.bytes;
  }

  function keepInMemory(entry: Entry): void {
    inMemory.add(entry);
    memoryBytes += entry.bytes;
    while (memoryBytes > maxMemoryBytes && inMemory.size > 1) {
      const victim = [...inMemory].find(({ kind }) => kind === 'sample') ?? [...inMemory][0] ?? entry;
      victim.done = true;
      release(victim);
      drops.add(victim);
    }
  }

  return {
    /** Why the disk is not used at the moment. */
    get diskError() {
      return diskError;
    },
    refused,
    release,

    /** The messages in memory, oldest first. */
    inMemory: (): Entry[] => [...inMemory],

    /** Keeps a message. Never rejects. */
    async put(message: EncodedMessage): Promise<Entry> {
      const entry = newEntry(message, clock.wallUs());
      try {
        if (diskError === undefined) await store.write(entry, message.bytes);
      } catch (error) {
        refused(error);
      }
      if ('memory' in entry.location) keepInMemory(entry);
      return entry;
    },

    /** Notes on disk what is let go; in memory when that cannot be. Never rejects. */
    async noteDropped(runId: string, note: Dropped): Promise<void> {
      try {
        if (diskError !== undefined) throw new Error(diskError);
        await store.noteDropped(runId, note);
      } catch {
        drops.keep(note);
      }
    },

    /** Brings to disk what had to stay in memory, when it is time to try, or now. Never rejects. */
    async retry(runId: string, now = false): Promise<void> {
      if (diskError === undefined || (!now && clock.monoUs() - failedUs < RETRY_DISK_US)) return;
      try {
        await files.list();
        for (const entry of [...inMemory]) {
          if ('memory' in entry.location) await store.write(entry, entry.location.memory);
          release(entry);
        }
        await drops.write(runId);
        diskError = undefined;
        log.info('the outbox can write to disk again', { dir });
      } catch (error) {
        refused(error);
      }
    },
  };
}

export type DiskOrMemory = ReturnType<typeof createDiskOrMemory>;
