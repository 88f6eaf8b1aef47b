import { rangesOf } from '@nestwatch/common/ranges';
import { type Dropped, type Entry, type Lane, laneOf } from './segment.ts';
import type { SegmentStore } from './segment-store.ts';

/** What the outbox let go by policy: counted, and noted until the collector has been told of it. */
export function createDrops(store: SegmentStore) {
  const counts = { droppedSamples: 0, droppedResults: 0 };
  let unwritten: Dropped[] = [];

  function count(lane: Lane, messages: number): void {
    counts[lane === 'samples' ? 'droppedSamples' : 'droppedResults'] += messages;
  }

  return {
    /** Messages let go since this run began. */
    counts: counts as Readonly<typeof counts>,
    count,

    /** Counts and notes one message that is in no file any more. */
    add({ kind, runId, seq }: Entry): void {
      count(laneOf(kind), 1);
      unwritten.push({ runId, ranges: rangesOf([seq]) });
    },

    /** Notes what was counted already, in memory until the disk takes it. */
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

    /** These will be known: a message that tells of them is in the outbox. */
    declared(notes: readonly Dropped[]): void {
      const others = (all: readonly Dropped[]) => all.filter((note) => !notes.includes(note));
      for (const segment of store.segments) segment.dropped = others(segment.dropped);
      unwritten = others(unwritten);
    },
  };
}

export type Drops = ReturnType<typeof createDrops>;
