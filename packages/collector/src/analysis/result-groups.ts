import { type Result, streamKey } from '../read/result.ts';

/** What tells one stream of results from another on the same node. */
export type StreamKey = Pick<Result, 'benchmark' | 'variant' | 'target'>;

/** The results of one benchmark or probe, variant and target in one lab. */
export interface ResultGroup extends StreamKey {
  /** Each node's, oldest first. */
  readonly byNode: ReadonlyMap<string, readonly Result[]>;
}

export function groupResults(results: readonly Result[]): ResultGroup[] {
  const groups = new Map<string, StreamKey & { byNode: Map<string, Result[]> }>();
  for (const result of [...results].sort((a, b) => a.timeUs - b.timeUs)) {
    const { benchmark, variant, target } = result;
    const key = streamKey(result);
    const group = groups.get(key) ?? { benchmark, variant, target, byNode: new Map<string, Result[]>() };
    groups.set(key, group);
    const own = group.byNode.get(result.node);
    if (own === undefined) group.byNode.set(result.node, [result]);
    else own.push(result);
  }
  return [...groups.values()];
}

/** Probes explain; benchmarks call people. */
export function isProbe({ benchmark }: Pick<StreamKey, 'benchmark'>): boolean {
  return benchmark.startsWith('probe.');
}
