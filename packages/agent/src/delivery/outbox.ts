import { join } from 'node:path';
import { includes } from '@nestwatch/common/ranges';
import { createDiskOrMemory, type DiskOrMemory } from './disk-or-memory.ts';
import { createDrops } from './drops.ts';
import { diskFiles, type OutboxFiles } from './files.ts';
import { decodeAt } from './frame.ts';
import { createLimits } from './limits.ts';
import type { Outbox, OutboxOptions, OutboxStats } from './outbox-types.ts';
import { recoverSegments } from './recover.ts';
import type { Entry } from './segment.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';
import type { OutboxConfig } from './settings.ts';

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
