import { UsageError } from '@nestwatch/common/errors';
import { jsonFile } from '@nestwatch/common/json-file';

/** How far a measurement of a database is moved. */
export interface Progress {
  /** Everything before is moved, µs since 1970. */
  readonly doneUs: number;
  readonly points: number;
  readonly values: number;
  /** Points older than what the new server keeps. */
  readonly expired: number;
}

interface Kept {
  readonly from: string;
  readonly to: string;
  readonly moved: Readonly<Record<string, Progress>>;
}

/**
 * How far moving has come, in a file, so that it goes on there.
 * @throws UsageError when the file is about other servers
 */
export function openProgress(path: string, from: string, to: string) {
  const file = jsonFile<Kept>(path, parseKept);
  const kept = file.read() ?? { from, to, moved: {} };
  if (kept.from !== from || kept.to !== to) {
    throw new UsageError(
      `${path} belongs to a move from ${kept.from} to ${kept.to}: give another file with --progress`,
    );
  }
  const moved = new Map(Object.entries(kept.moved));
  return {
    of: (what: string): Progress | undefined => moved.get(what),
    async save(what: string, progress: Progress): Promise<void> {
      moved.set(what, progress);
      await file.write({ from, to, moved: Object.fromEntries(moved) });
    },
  };
}

function parseKept(json: unknown): Kept | undefined {
  const { from, to, moved } = (json ?? {}) as Partial<Kept>;
  const isKept = typeof from === 'string' && typeof to === 'string' && typeof moved === 'object';
  return isKept && moved !== null ? { from, to, moved } : undefined;
}
