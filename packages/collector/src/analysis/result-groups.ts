import { groupBy } from '@nestwatch/common/group-by';
import { type Result, type StreamId, streamKey } from '../read/result.ts';

/** The results of one benchmark or probe, variant and target in one lab. */
export interface ResultGroup extends StreamId {
  /** Each node's, oldest first. */
  readonly byNode: ReadonlyMap<string, readonly Result[]>;
}

export function groupResults(results: readonly Result[]): ResultGroup[] {
  const oldestFirst = [...results].sort((a, b) => a.timeUs - b.timeUs);
  return [...groupBy(oldestFirst, streamKey).values()].flatMap((group) =>
    group.slice(0, 1).map(({ benchmark, variant, target }) => ({
      benchmark,
      variant,
      target,
      byNode: groupBy(group, ({ node }) => node),
    })),
  );
}

/** Probes explain; benchmarks call people. */
export function isProbe({ benchmark }: Pick<StreamId, 'benchmark'>): boolean {
  return benchmark.startsWith('probe.');
}
