import { rangesOf } from '@nestwatch/common/ranges';
import type { Dropped, Entry } from './segment.ts';
import type { SegmentStore } from './segment-store.ts';

/** What the outbox dropped at its limits: kept until the collector knows about it. */
export function createDrops(store: SegmentStore) {
  let unwritten: Dropped[] = [];

  return {
    /** Notes one message that is in no file any more. */
    add: ({ runId, seq }: Entry) => void unwritten.push({ runId, ranges: rangesOf([seq]) }),

    /** Notes what is in no file any more, in memory until the disk takes it. */
    keep: (note: Dropped) => void unwritten.push(note),

    /** Writes down what is in memory only. @throws what the disk says */
    async write(runId: string): Promise<void> {
      while (unwritten[0] !== undefined) {
        await store.noteDropped(runId, unwritten[0]);
        unwritten.shift();
      }
    },

    /** All notes of which the collector may not know. */
    undeclared: (): readonly Dropped[] => [...store.segments.flatMap(({ dropped }) => dropped), ...unwritten],

    /** These will be known: a message that reports them is in the outbox. */
    declared(notes: readonly Dropped[]): void {
      const others = (all: readonly Dropped[]) => all.filter((note) => !notes.includes(note));
      for (const segment of store.segments) segment.dropped = others(segment.dropped);
      unwritten = others(unwritten);
    },
  };
}

export type Drops = ReturnType<typeof createDrops>;
