import { join } from 'node:path';
import { includes, type Ranges } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import { createAttention } from './attention.ts';
import { createDiskOrMemory, type DiskOrMemory } from './disk-or-memory.ts';
import { createDrops } from './drops.ts';
import { diskFiles, type OutboxFiles } from './files.ts';
import { decodeAt } from './frame.ts';
import { createLimits } from './limits.ts';
import type { OutboxOptions } from './outbox-options.ts';
import { recoverSegments } from './recover.ts';
import type { Entry } from './segment.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';
import type { OutboxConfig } from './settings.ts';

export type Outbox = Awaited<ReturnType<typeof openOutbox>>;

/** Opens the outbox and finds what earlier runs left. A folder that cannot be used is logged, never thrown. */
export async function openOutbox(options: OutboxOptions) {
  let { runId } = options;
  let confirmedSentMs = Number.NEGATIVE_INFINITY;
  const { dir, maxBytes, clock, log, syncAfterMs = 5000, maintainMs = 5000 } = options;
  const files = options.files ?? diskFiles(dir);
  const recovered = await recoverSegments(files, log);
  const segmentBytes = Math.min(256 * 1024, Math.max(16 * 1024, Math.floor(maxBytes / 64)));
  const store = createSegmentStore({ files, segmentBytes, syncAfterMs, clock, log, ...recovered });
  const drops = createDrops(store);
  const maxMemoryBytes = Math.min(maxBytes, 8 * 1024 * 1024);
  const storage = createDiskOrMemory({ dir, files, store, drops, maxMemoryBytes, clock, log });
  const limits = createLimits(options, store, storage);
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
  const hasPending = () =>
    store.segments.some((segment) => segment.pending > 0) || storage.inMemory().length > 0;
  const attention = createAttention({
    act: maintain,
    everyMs: maintainMs,
    isNeeded: () => storage.diskError !== undefined || hasPending(),
  });
  attention.reconsider();

  /** Nothing is left to do for this one. */
  const finish = (entry: Entry) => {
    entry.done = true;
    if ('segment' in entry.location) entry.location.segment.pending--;
    else storage.release(entry);
  };

  return {
    /**
     * Keeps a message. Resolves when it is in the file, or in memory when the disk refuses; never rejects.
     * @param seq larger than any before
     */
    append(kind: Kind, seq: number, bytes: Uint8Array): Promise<Entry> {
      const message = { kind, runId, seq, bytes };
      return exclusive(async () => {
        await storage.retry(runId);
        const entry = await storage.put(message);
        if (storage.diskError === undefined) await limits.dropTooMuch(runId);
        attention.reconsider();
        return entry;
      });
    },
    /** From now on, messages are of this run. */
    renew(next: string): void {
      runId = next;
    },
    /** What is not confirmed, of earlier runs too, oldest first. May be iterated while the outbox changes. */
    pending,
    /** The message itself. Undefined when it is done, or its file is gone or damaged. */
    read: (entry: Entry) => readEntry(files, entry),
    /**
     * Frees what the collector has written. Messages that were never sent stay: a confirmation of them is one of
     * another time line, in which this machine ran on before it was rolled back to a snapshot.
     * @returns how many were freed
     */
    confirm(confirmedRun: string, ranges: Ranges): number {
      let freed = 0;
      for (const entry of pending()) {
        if (entry.runId !== confirmedRun || !includes(ranges, entry.seq)) continue;
        if (entry.sentMs === undefined) continue;
        confirmedSentMs = Math.max(confirmedSentMs, entry.sentMs);
        finish(entry);
        freed++;
      }
      if (store.hasDone()) void exclusive(store.sweep);
      attention.reconsider();
      return freed;
    },
    /** When the newest was sent of those that were confirmed, on the sender's monotonic clock, ms. */
    confirmedSentMs: () => confirmedSentMs,
    /** Lets one message go that cannot be sent, and notes it as dropped. */
    discard(entry: Entry): void {
      if (entry.done) return;
      finish(entry);
      drops.add(entry);
    },
    /** Runs of which something is pending, oldest first. */
    runIds: () => [...new Set([...pending()].map((entry) => entry.runId))],
    undeclared: drops.undeclared,
    declared: drops.declared,
    /** Syncs, ages, and tries the disk again; called by itself every `maintainMs` while something is pending. */
    maintain,
    /** Syncs and closes the files. What is only in memory is tried once more. */
    close: () =>
      exclusive(async () => {
        attention.end();
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
