import type { Series } from '../../influx/query-answer.ts';
import { median } from '../../web/figures.ts';
import type { BenchmarkView, NodeView } from './view.ts';

/** So many newest results make the figure that is shown: one odd round does not move it. */
const SHOWN_RESULTS = 5;

/** The results of one node, by benchmark, variant and target. */
export function benchmarksOf(series: readonly Series[]): BenchmarkView[] {
  return series.flatMap(({ tags, rows }) => {
    const results = rows
      .filter((row) => typeof row['seconds_per_unit'] === 'number' && Number(row['seconds_per_unit']) > 0)
      .map((row) => ({ atUs: Number(row['time']), secondsPerUnit: Number(row['seconds_per_unit']) }));
    const figure = median(results.slice(0, SHOWN_RESULTS).map(({ secondsPerUnit }) => secondsPerUnit));
    if (figure === undefined) return [];
    const unit = rows.find((row) => typeof row['unit'] === 'string')?.['unit'];
    return {
      benchmark: tags['benchmark'] ?? '',
      variant: tags['variant'] ?? '',
      target: tags['target'] ?? '',
      unit: String(unit ?? ''),
      results,
      secondsPerUnit: figure,
    };
  });
}

/** Adds to every benchmark how it compares with the parent's. */
export function withParents(nodes: readonly NodeView[]): NodeView[] {
  const byNode = new Map(nodes.map((node) => [node.node, node]));
  return nodes.map((node) => {
    const parent = byNode.get(node.parent ?? '');
    if (parent === undefined) return node;
    const benchmarks = node.benchmarks.map((own) => {
      const same = parent.benchmarks.find((other) => keyOf(other) === keyOf(own));
      return same === undefined ? own : { ...own, vsParent: own.secondsPerUnit / same.secondsPerUnit };
    });
    return { ...node, benchmarks };
  });
}

/** The benchmark in which a node is slowest against its parent, downloads aside: their target is not the same. */
export function slowest(node: NodeView): BenchmarkView | undefined {
  return node.benchmarks
    .filter(({ vsParent, target }) => vsParent !== undefined && target === '')
    .sort((a, b) => (b.vsParent ?? 0) - (a.vsParent ?? 0))[0];
}

export function keyOf({
  benchmark,
  variant,
  target,
}: Pick<BenchmarkView, 'benchmark' | 'variant' | 'target'>): string {
  return [benchmark, variant, target].join('|');
}

/** "disk.read cold 1GiB". */
export function titleOf({ benchmark, variant }: Pick<BenchmarkView, 'benchmark' | 'variant'>): string {
  return [benchmark, variant].filter((part) => part !== '').join(' ');
}
