import type { Kind } from '@nestwatch/proto';
import type { Entry } from './segment.ts';

export interface MemoryMessage {
  kind: Kind;
  runId: string;
  seq: number;
  wallUs: number;
  bytes: Uint8Array;
}

/** Messages that the disk refused, at most `maxBytes` of them: beyond, the oldest sample goes, then the oldest of all. */
export function createMemory(maxBytes: number) {
  const entries = new Set<Entry>();
  let bytes = 0;

  function release(entry: Entry): void {
    if (entries.delete(entry)) bytes -= entry.bytes;
  }

  return {
    /** Keeps a message, and says which others had to go for it. */
    add(message: MemoryMessage): { entry: Entry; dropped: Entry[] } {
      const { kind, runId, seq, wallUs } = message;
      const entry: Entry = {
        kind,
        runId,
        seq,
        wallUs,
        bytes: message.bytes.length,
        sentMs: undefined,
        done: false,
        location: { memory: message.bytes },
      };
      entries.add(entry);
      bytes += entry.bytes;
      const dropped: Entry[] = [];
      while (bytes > maxBytes && entries.size > 1) {
        const victim = oldestSample(entries) ?? entries.values().next().value;
        if (victim === undefined) break;
        victim.done = true;
        release(victim);
        dropped.push(victim);
      }
      return { entry, dropped };
    },
    release,
    entries: (): Entry[] => [...entries],
  };
}

export type Memory = ReturnType<typeof createMemory>;

function oldestSample(entries: Iterable<Entry>): Entry | undefined {
  for (const entry of entries) if (entry.kind === 'sample') return entry;
  return undefined;
}
