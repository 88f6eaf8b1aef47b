import { rangesOf } from '@nestwatch/common/ranges';
import { type Dropped, type Entry, type Lane, laneOf, type Segment } from './segment.ts';
import type { SegmentStore } from './segment-store.ts';

/** What the outbox let go by policy: counted, and noted until the collector has been told of it. */
export interface Drops {
  /** Messages let go since this run began. */
  readonly counts: { readonly droppedSamples: number; readonly droppedResults: number };
  count(lane: Lane, messages: number): void;
  /** Counts and notes one message that is in no file any more. */
  add(entry: Entry): void;
  /** Notes what was counted already, in memory until the disk takes it. */
  keep(note: Dropped): void;
  /** Writes down what is in memory only. @throws what the disk says */
  write(runId: string): Promise<void>;
  /** All notes of which the collector may not know. */
  undeclared(): readonly Dropped[];
  /** These will be known: a message that tells of them is in the outbox. */
  declared(notes: readonly Dropped[]): void;
}

export function createDrops(store: SegmentStore): Drops {
  const counts = { droppedSamples: 0, droppedResults: 0 };
  let unwritten: Dropped[] = [];
  const count = (lane: Lane, messages: number) => {
    if (lane === 'samples') counts.droppedSamples += messages;
    else counts.droppedResults += messages;
  };
  return {
    counts,
    count,
    add(entry) {
      count(laneOf(entry.kind), 1);
      unwritten.push({ runId: entry.runId, ranges: rangesOf([entry.seq]) });
    },
    keep: (note) => void unwritten.push(note),
    async write(runId) {
      while (unwritten[0] !== undefined) {
        await store.write(runId, 'results', { type: 'dropped', ...unwritten[0] });
        unwritten.shift();
      }
    },
    undeclared: () => [...store.segments.flatMap((segment: Segment) => segment.dropped), ...unwritten],
    declared(notes) {
      const others = (all: readonly Dropped[]) => all.filter((note) => !notes.includes(note));
      for (const segment of store.segments) segment.dropped = others(segment.dropped);
      unwritten = others(unwritten);
    },
  };
}
