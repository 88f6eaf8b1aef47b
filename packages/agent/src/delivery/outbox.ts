import { join } from 'node:path';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { includes, type Ranges } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import { createDiskOrMemory, type DiskOrMemory } from './disk-or-memory.ts';
import { createDrops } from './drops.ts';
import { diskFiles, type OutboxFiles } from './files.ts';
import { decodeAt } from './frame.ts';
import { createLimits } from './limits.ts';
import { recoverSegments } from './recover.ts';
import type { Dropped, Entry } from './segment.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';
import type { OutboxConfig } from './settings.ts';

export type { Dropped, Entry } from './segment.ts';

export interface OutboxOptions {
  /** Folder that holds the segments; made when it is missing. */
  dir: string;
  /** This run of the agent, as in the messages' headers. */
  runId: string;
  /** Bytes on disk beyond which the oldest samples are dropped, and when there are none left the oldest results. */
  maxBytes: number;
  /** Age beyond which anything is dropped, ms. */
  maxAgeMs: number;
  clock: Clock;
  log: Log;
  /** How long a message may wait unconfirmed before it is synced to disk, ms; 0 syncs each before it is sent. Default 5000. */
  syncAfterMs?: number;
  /** How often to sync, to age and to try a disk that refused again, ms; 0 only with `maintain()`. Default 5000. */
  maintainMs?: number;
  /** The folder; tests give one that fails. */
  files?: OutboxFiles;
}

interface OutboxStats {
  /** Messages not yet confirmed, and their bytes. */
  pendingMessages: number;
  pendingBytes: number;
  /** Bytes of all segment files. */
  diskBytes: number;
  /** Of the pending ones, those that are in memory only because the disk refused them. */
  memoryMessages: number;
  /** Let go by policy since this run began. */
  droppedSamples: number;
  droppedResults: number;
  /** Found damaged when the outbox was opened. */
  damagedBytes: number;
  /** Why the disk is not used at the moment. */
  diskError: string | undefined;
  /** Wall clock at which the oldest pending message was put in, µs since 1970. */
  oldestWallUs: number | undefined;
}

export interface Outbox {
  /**
   * Keeps a message. Resolves when it is in the file, or in memory when the disk refuses; never rejects.
   * `seq` must be larger than any before.
   */
  append(kind: Kind, seq: number, bytes: Uint8Array): Promise<Entry>;
  /** What is not confirmed, of earlier runs too, oldest first. May be iterated while the outbox changes. */
  pending(): Iterable<Entry>;
  /** The message itself. Undefined when it is done, or its file is gone or damaged. */
  read(entry: Entry): Promise<Uint8Array | undefined>;
  /**
   * Frees what the collector has written. Messages that were never sent stay: a confirmation of them is
   * one of another time line, in which this machine ran on before it was rolled back to a snapshot.
   * @returns how many were freed
   */
  confirm(runId: string, ranges: Ranges): number;
  /** Lets one message go that can not be sent, and notes it as dropped. */
  discard(entry: Entry): void;
  /** From now on, messages are of this run. */
  renew(runId: string): void;
  /** Runs of which something is pending, oldest first. */
  runIds(): string[];
  /** What was dropped by policy and not yet declared to the collector. */
  undeclared(): readonly Dropped[];
  /** The collector will learn of these drops, because a message that tells of them is in the outbox. */
  declared(drops: readonly Dropped[]): void;
  stats(): OutboxStats;
  /** Syncs, ages, and tries the disk again; called by itself every `maintainMs`. */
  maintain(): Promise<void>;
  /** Syncs and closes the files. What is only in memory is tried once more. */
  close(): Promise<void>;
}

/** Opens the outbox and finds what earlier runs left. A folder that can not be used is logged, never thrown. */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  let { runId } = options;
  const { dir, maxBytes, clock, log, syncAfterMs = 5000, maintainMs = 5000 } = options;
  const files = options.files ?? diskFiles(dir);
  const recovered = await recoverSegments(files, log);
  const segmentBytes = Math.min(256 * 1024, Math.max(16 * 1024, Math.floor(maxBytes / 64)));
  const store = createSegmentStore({ files, segmentBytes, syncAfterMs, clock, log, ...recovered });
  const drops = createDrops(store);
  const maxMemoryBytes = Math.min(maxBytes, 8 * 1024 * 1024);
  const storage = createDiskOrMemory({ dir, files, store, drops, maxMemoryBytes, clock, log });
  const limits = createLimits(options, store, storage, drops);
  if (recovered.error !== undefined) storage.refused(recovered.error);
  const exclusive = oneAtATime();
  const pending = () => pendingIn(store, storage);

  const maintain = () =>
    exclusive(async () => {
      await storage.retry(runId);
      await store.syncWaiting().catch(storage.refused);
      await limits.dropTooOld(runId);
      await store.sweep();
    });
  const timer = maintainMs === 0 ? undefined : setInterval(() => void maintain(), maintainMs).unref();

  /** Nothing is left to do for this one. */
  const finish = (entry: Entry) => {
    entry.done = true;
    if ('segment' in entry.location) entry.location.segment.pending--;
    else storage.release(entry);
  };

  return {
    append(kind, seq, bytes) {
      const message = { kind, runId, seq, bytes };
      return exclusive(async () => {
        await storage.retry(runId);
        const entry = await storage.put(message);
        if (storage.diskError === undefined) await limits.dropTooMuch(runId);
        return entry;
      });
    },
    renew(next) {
      runId = next;
    },
    pending,
    read: (entry) => readEntry(files, entry),
    confirm(confirmedRun, ranges) {
      let freed = 0;
      for (const entry of pending()) {
        if (entry.runId !== confirmedRun || !includes(ranges, entry.seq)) continue;
        if (entry.sentMs === undefined) continue;
        finish(entry);
        freed++;
      }
      if (store.hasDone()) void exclusive(store.sweep);
      return freed;
    },
    discard(entry) {
      if (entry.done) return;
      finish(entry);
      drops.add(entry);
    },
    runIds: () => [...new Set([...pending()].map((entry) => entry.runId))],
    undeclared: drops.undeclared,
    declared: drops.declared,
    stats: () => ({
      ...drops.counts,
      ...sizeOf(pending()),
      diskError: storage.diskError,
      diskBytes: store.bytes(),
      memoryMessages: storage.inMemory().length,
      damagedBytes: recovered.damagedBytes,
    }),
    maintain,
    close: () =>
      exclusive(async () => {
        clearInterval(timer);
        await storage.retry(runId, true);
        for (const lane of ['samples', 'results'] as const) await store.seal(lane).catch(storage.refused);
        await store.sweep();
      }),
  };
}

/** The outbox in the agent's folder, within the limits of the settings. */
export function openConfiguredOutbox(
  config: OutboxConfig,
  { stateDir, ...rest }: Pick<OutboxOptions, 'runId' | 'clock' | 'log'> & { stateDir: string },
): Promise<Outbox> {
  return openOutbox({
    ...rest,
    dir: join(stateDir, 'outbox'),
    maxBytes: config['outbox.max-bytes'],
    maxAgeMs: config['outbox.max-age'],
    syncAfterMs: config['outbox.sync-after'],
  });
}

/** Lets one change of the files follow the other. */
function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  };
}

function* pendingIn(store: SegmentStore, storage: DiskOrMemory): Iterable<Entry> {
  for (const segment of [...store.segments]) {
    for (const entry of [...segment.entries]) if (!entry.done) yield entry;
  }
  for (const entry of storage.inMemory()) if (!entry.done) yield entry;
}

async function readEntry(files: OutboxFiles, entry: Entry): Promise<Uint8Array | undefined> {
  if (entry.done) return undefined;
  if ('memory' in entry.location) return entry.location.memory;
  const { segment, offset, length } = entry.location;
  try {
    const found = decodeAt(await files.readAt(segment.name, offset, length), 0);
    return found?.frame.type === 'message' ? found.frame.bytes : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(
  pending: Iterable<Entry>,
): Pick<OutboxStats, 'pendingMessages' | 'pendingBytes' | 'oldestWallUs'> {
  let pendingMessages = 0;
  let pendingBytes = 0;
  let oldestWallUs: number | undefined;
  for (const entry of pending) {
    pendingMessages++;
    pendingBytes += entry.bytes;
    oldestWallUs = Math.min(oldestWallUs ?? entry.wallUs, entry.wallUs);
  }
  return { pendingMessages, pendingBytes, oldestWallUs };
}
