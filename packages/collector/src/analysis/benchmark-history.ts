import { type Result, streamKey } from '../read/result.ts';
import type { StreamView } from './judged-lab.ts';
import type { References } from './references.ts';
import { buildStreams } from './streams.ts';

/** The results of one benchmark or probe in one lab, and the streams judged from them. */
export interface BenchmarkHistory {
  add(result: Result): void;
  /** Forgets what was measured before a time, µs since 1970. */
  forget(oldestUs: number): void;
  /**
   * Judged streams of each node, computed again only when there is something new.
   * @param version another text whenever the references are others
   */
  streams(references: readonly References[], version: string): ReadonlyMap<string, readonly StreamView[]>;
}

export function createBenchmarkHistory(): BenchmarkHistory {
  const results = new Map<string, Result>();
  let judged: { version: string; streams: Map<string, StreamView[]> } | undefined;
  return {
    add(result) {
      const key = [result.node, streamKey(result), result.timeUs].join('\0');
      const before = results.get(key);
      // A fingerprint may be written a moment after its result.
      if (before?.secondsPerUnit === result.secondsPerUnit && before?.fingerprint === result.fingerprint)
        return;
      results.set(key, result);
      judged = undefined;
    },
    forget(oldestUs) {
      for (const [key, result] of results) {
        if (result.timeUs >= oldestUs) continue;
        results.delete(key);
        judged = undefined;
      }
    },
    streams(references, version) {
      if (judged?.version !== version) {
        judged = { version, streams: buildStreams([...results.values()], references) };
      }
      return judged.streams;
    },
  };
}
