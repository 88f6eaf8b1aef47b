import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { includes, type Ranges, rangesOf } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import { diskFiles, type OutboxFiles } from './files.ts';
import { decodeAt } from './frame.ts';
import { createMemory } from './memory.ts';
import { recoverSegments } from './recover.ts';
import { type Dropped, type Entry, type Lane, laneOf, pendingRanges, type Segment } from './segment.ts';
import { createSegmentStore } from './segment-store.ts';

export type { Dropped, Entry } from './segment.ts';

export interface OutboxOptions {
  /** Folder that holds the segments; made when it is missing. */
  dir: string;
  /** This run of the agent, as in the messages' headers. */
  boot: string;
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

export interface OutboxStats {
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
  /** What is not confirmed, of earlier boots too, oldest first. May be iterated while the outbox changes. */
  pending(): Iterable<Entry>;
  /** The message itself. Undefined when it is done, or its file is gone or damaged. */
  read(entry: Entry): Promise<Uint8Array | undefined>;
  /**
   * Frees what the collector has written. Messages that were never sent stay: a confirmation of them is
   * one of another time line, in which this machine ran on before it was rolled back to a snapshot.
   * @returns how many were freed
   */
  confirm(boot: string, ranges: Ranges): number;
  /** Lets one message go that can not be sent, and notes it as dropped. */
  discard(entry: Entry): void;
  /** From now on, messages are of this run. */
  renew(boot: string): void;
  /** Boots of which something is pending, oldest first. */
  boots(): string[];
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

const RETRY_DISK_US = 10_000_000;

/** Opens the outbox and finds what earlier runs left. A folder that can not be used is logged, never thrown. */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  let { boot } = options;
  const { dir, maxBytes, maxAgeMs, clock, log, syncAfterMs = 5000, maintainMs = 5000 } = options;
  const files = options.files ?? diskFiles(dir);
  const recovered = await recoverSegments(files, log);
  const segmentBytes = Math.min(256 * 1024, Math.max(16 * 1024, Math.floor(maxBytes / 64)));
  const store = createSegmentStore({ files, segmentBytes, syncAfterMs, clock, log, ...recovered });
  const memory = createMemory(Math.min(maxBytes, 8 * 1024 * 1024));
  const counts = { droppedSamples: 0, droppedResults: 0 };
  let unwrittenDrops: Dropped[] = [];
  let diskError: string | undefined;
  let diskFailedUs = 0;
  if (recovered.error !== undefined) diskRefused(recovered.error);

  // One change of the files at a time.
  let last: Promise<unknown> = Promise.resolve();
  function exclusive<T>(act: () => Promise<T>): Promise<T> {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  }

  function diskRefused(error: unknown): void {
    diskFailedUs = clock.monoUs();
    if (diskError === undefined) {
      log.warn('the outbox can not write to its disk and keeps messages in memory', {
        dir,
        error: messageOf(error),
      });
    }
    diskError = messageOf(error);
  }

  async function append(of: string, kind: Kind, seq: number, bytes: Uint8Array): Promise<Entry> {
    await retryDisk();
    if (diskError !== undefined) return keepInMemory(of, kind, seq, bytes);
    try {
      const entry = await store.write(of, laneOf(kind), {
        type: 'message',
        ...{ kind, seq, bytes },
        wallUs: clock.wallUs(),
      });
      await dropTooMuch();
      return entry ?? keepInMemory(of, kind, seq, bytes);
    } catch (error) {
      diskRefused(error);
      return keepInMemory(of, kind, seq, bytes);
    }
  }

  function keepInMemory(of: string, kind: Kind, seq: number, bytes: Uint8Array): Entry {
    const { entry, dropped } = memory.add({ kind, boot: of, seq, bytes, wallUs: clock.wallUs() });
    for (const old of dropped) {
      count(laneOf(old.kind), 1);
      unwrittenDrops.push({ boot: old.boot, ranges: rangesOf([old.seq]) });
    }
    return entry;
  }

  /** Brings to disk what had to stay in memory, when it is time to try. */
  async function retryDisk(now = false): Promise<void> {
    if (diskError === undefined || (!now && clock.monoUs() - diskFailedUs < RETRY_DISK_US)) return;
    try {
      await files.list();
      for (const entry of memory.entries()) await moveToDisk(entry);
      while (unwrittenDrops[0] !== undefined) {
        await store.write(boot, 'results', { type: 'dropped', ...unwrittenDrops[0] });
        unwrittenDrops.shift();
      }
      diskError = undefined;
      log.info('the outbox writes to its disk again', { dir });
    } catch (error) {
      diskRefused(error);
    }
  }

  async function moveToDisk(entry: Entry): Promise<void> {
    if (!('memory' in entry.place)) return;
    const { kind, seq, wallUs } = entry;
    const frame = { type: 'message', kind, seq, wallUs, bytes: entry.place.memory } as const;
    const stored = await store.write(entry.boot, laneOf(kind), frame);
    if (stored === undefined || !('segment' in stored.place)) return;
    memory.release(entry);
    // The sender holds the entry: it stays the same object.
    entry.place = stored.place;
    const { segment } = stored.place;
    segment.entries[segment.entries.indexOf(stored)] = entry;
    if (entry.done) segment.pending--;
  }

  async function dropTooMuch(): Promise<void> {
    if (store.bytes() > maxBytes) await store.sweep();
    while (store.bytes() > maxBytes) {
      const pending = store.segments.filter((segment) => segment.pending > 0);
      const victim = pending.find((segment) => segment.lane === 'samples') ?? pending[0];
      if (victim === undefined) return;
      await drop(victim, 'size');
    }
  }

  async function dropTooOld(): Promise<void> {
    const limitUs = clock.wallUs() - maxAgeMs * 1000;
    for (const segment of [...store.segments]) {
      if (segment.pending > 0 && segment.lastWallUs < limitUs) await drop(segment, 'age');
    }
  }

  /** Lets a whole file go, and keeps note of what was in it. */
  async function drop(segment: Segment, reason: string): Promise<void> {
    if (segment.writer !== undefined) await store.seal(segment.lane).catch(() => undefined);
    const ranges = pendingRanges(segment);
    count(segment.lane, segment.pending);
    for (const entry of segment.entries) entry.done = true;
    segment.pending = 0;
    log.warn('the outbox dropped messages', {
      ...{ reason, lane: segment.lane, boot: segment.boot },
      ranges: JSON.stringify(ranges),
    });
    // Noted on disk before the file goes, so that even an agent killed right here can tell what it let go.
    const notes = [...segment.dropped, { boot: segment.boot, ranges }];
    segment.dropped = [];
    for (const note of notes) if (note.ranges.length > 0) await noteDropped(note);
    await store.remove(segment);
  }

  async function noteDropped(note: Dropped): Promise<void> {
    try {
      if (diskError !== undefined) throw new Error(diskError);
      await store.write(boot, 'results', { type: 'dropped', ...note });
    } catch {
      unwrittenDrops.push(note);
    }
  }

  function count(lane: Lane, dropped: number): void {
    if (lane === 'samples') counts.droppedSamples += dropped;
    else counts.droppedResults += dropped;
  }

  async function maintain(): Promise<void> {
    await retryDisk();
    await store.syncWaiting().catch(diskRefused);
    await dropTooOld();
    await store.sweep();
  }

  function* pending(): Iterable<Entry> {
    for (const segment of [...store.segments]) {
      for (const entry of [...segment.entries]) if (!entry.done) yield entry;
    }
    for (const entry of memory.entries()) if (!entry.done) yield entry;
  }

  async function read(entry: Entry): Promise<Uint8Array | undefined> {
    if (entry.done) return undefined;
    if ('memory' in entry.place) return entry.place.memory;
    const { segment, offset, length } = entry.place;
    try {
      const found = decodeAt(await files.readAt(segment.name, offset, length), 0);
      return found?.frame.type === 'message' ? found.frame.bytes : undefined;
    } catch {
      return undefined;
    }
  }

  function confirm(confirmedBoot: string, ranges: Ranges): number {
    let freed = 0;
    for (const entry of pending()) {
      if (entry.boot !== confirmedBoot || !includes(ranges, entry.seq)) continue;
      if (entry.sentMs === undefined) continue;
      entry.done = true;
      freed++;
      if ('segment' in entry.place) entry.place.segment.pending--;
      else memory.release(entry);
    }
    if (store.hasDone()) void exclusive(store.sweep);
    return freed;
  }

  function discard(entry: Entry): void {
    if (entry.done) return;
    entry.done = true;
    if ('segment' in entry.place) entry.place.segment.pending--;
    else memory.release(entry);
    count(laneOf(entry.kind), 1);
    unwrittenDrops.push({ boot: entry.boot, ranges: rangesOf([entry.seq]) });
  }

  function stats(): OutboxStats {
    let pendingMessages = 0;
    let pendingBytes = 0;
    let oldestWallUs: number | undefined;
    for (const entry of pending()) {
      pendingMessages++;
      pendingBytes += entry.bytes;
      oldestWallUs = Math.min(oldestWallUs ?? entry.wallUs, entry.wallUs);
    }
    return {
      ...counts,
      ...{ pendingMessages, pendingBytes, oldestWallUs, diskError },
      diskBytes: store.bytes(),
      memoryMessages: memory.entries().length,
      damagedBytes: recovered.damagedBytes,
    };
  }

  const timer =
    maintainMs === 0 ? undefined : setInterval(() => void exclusive(maintain), maintainMs).unref();

  return {
    append(kind, seq, bytes) {
      const of = boot;
      return exclusive(() => append(of, kind, seq, bytes));
    },
    renew(next) {
      boot = next;
    },
    pending,
    read,
    confirm,
    discard,
    boots: () => [...new Set([...pending()].map((entry) => entry.boot))],
    undeclared: () => [...store.segments.flatMap((segment) => segment.dropped), ...unwrittenDrops],
    declared(drops) {
      const others = (notes: readonly Dropped[]) => notes.filter((note) => !drops.includes(note));
      for (const segment of store.segments) segment.dropped = others(segment.dropped);
      unwrittenDrops = others(unwrittenDrops);
    },
    stats,
    maintain: () => exclusive(maintain),
    close: () =>
      exclusive(async () => {
        clearInterval(timer);
        await retryDisk(true);
        for (const lane of ['samples', 'results'] as const) await store.seal(lane).catch(diskRefused);
        await store.sweep();
      }),
  };
}
