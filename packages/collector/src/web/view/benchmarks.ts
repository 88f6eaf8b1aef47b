import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import { median } from '@nestwatch/common/statistics';
import { isMeasured, ratiosTo } from '../../analysis/rounds/pairing.ts';
import { streamKey } from '../../read/result.ts';
import type { NewestResults } from '../../read/results.ts';
import type { BenchmarkView, NodeView } from './view.ts';

/** This many newest results make the figure that is shown: one odd round does not move it. */
const SHOWN_RESULTS = 5;

/** Finds the benchmarks of a node, compared with those of its parent in the same rounds. */
export function benchmarksReader(
  all: readonly NewestResults[],
): (node: string, parent: string | undefined) => BenchmarkView[] {
  const byNode = groupBy(all, ({ node }) => node);
  const streams = new Map(all.map((each) => [`${each.node}\0${streamKey(each)}`, each]));
  return (node, parent) =>
    (byNode.get(node) ?? []).flatMap((own): BenchmarkView[] => {
      const { benchmark, variant, target, results } = own;
      const measured = results.filter(isMeasured);
      if (measured.length === 0) return [];
      const theirs = streams.get(`${parent}\0${streamKey(own)}`);
      const ratios = ratiosTo(measured, theirs?.results ?? []).slice(-SHOWN_RESULTS);
      return [
        defined({
          benchmark,
          variant,
          target,
          unit: results.find(({ unit }) => unit !== '')?.unit ?? '',
          results: measured.map((each) => ({ atUs: each.timeUs, secondsPerUnit: each.secondsPerUnit })),
          secondsPerUnit: median(measured.slice(0, SHOWN_RESULTS).map((each) => each.secondsPerUnit)),
          vsParent: ratios.length === 0 ? undefined : median(ratios),
        }),
      ];
    });
}

/** The benchmark in which a node is slowest against its parent. */
export function slowest(node: NodeView): BenchmarkView | undefined {
  return node.benchmarks
    .filter(({ vsParent }) => vsParent !== undefined)
    .sort((a, b) => (b.vsParent ?? 0) - (a.vsParent ?? 0))[0];
}
