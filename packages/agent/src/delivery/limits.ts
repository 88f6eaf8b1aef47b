import { rangesOf } from '@nestwatch/common/ranges';
import type { DiskOrMemory } from './disk-or-memory.ts';
import type { OutboxOptions } from './outbox-options.ts';
import type { Segment } from './segment.ts';
import type { SegmentStore } from './segment-store.ts';

/** What the outbox lets go: whole files, the oldest first. Each call names the run that makes a note of it. */
export function createLimits(
  { maxBytes, maxAgeMs, clock, log }: Pick<OutboxOptions, 'maxBytes' | 'maxAgeMs' | 'clock' | 'log'>,
  store: SegmentStore,
  storage: DiskOrMemory,
) {
  /** Lets a whole file go, and keeps note of what was in it. */
  async function drop(runId: string, segment: Segment, reason: 'size' | 'age'): Promise<void> {
    if (segment.writer !== undefined) await store.seal(segment.lane).catch(() => undefined);
    const ranges = rangesOf(segment.entries.filter(({ done }) => !done).map(({ seq }) => seq));
    for (const entry of segment.entries) entry.done = true;
    segment.pending = 0;
    log.warn('the outbox dropped messages', {
      reason,
      lane: segment.lane,
      runId: segment.runId,
      ranges: JSON.stringify(ranges),
    });
    // Noted on disk before the file goes, so that even an agent killed right here can tell what it let go.
    const notes = [...segment.dropped, { runId: segment.runId, ranges }];
    segment.dropped = [];
    for (const note of notes) if (note.ranges.length > 0) await storage.noteDropped(runId, note);
    await store.remove(segment);
  }

  return {
    async dropTooMuch(runId: string): Promise<void> {
      if (store.bytes() > maxBytes) await store.sweep();
      while (store.bytes() > maxBytes) {
        const pending = store.segments.filter((segment) => segment.pending > 0);
        const victim = pending.find((segment) => segment.lane === 'samples') ?? pending[0];
        if (victim === undefined) return;
        await drop(runId, victim, 'size');
      }
    },
    async dropTooOld(runId: string): Promise<void> {
      const limitUs = clock.wallUs() - maxAgeMs * 1000;
      for (const segment of [...store.segments]) {
        if (segment.pending > 0 && segment.lastWallUs < limitUs) await drop(runId, segment, 'age');
      }
    },
  };
}
