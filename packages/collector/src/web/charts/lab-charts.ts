import { groupBy } from '@nestwatch/common/group-by';
import { median } from '@nestwatch/common/statistics';
import { streamKey } from '../../read/result.ts';
import type { Html } from '../html/html.ts';
import { modeOf } from '../overview/mode.ts';
import type { BenchmarkView, LabView, NodeView } from '../view/view.ts';
import { benchmarkFigures } from './benchmark-charts.ts';

const NONE = 'No benchmark has run yet.';
/** This many results of a layer are drawn: more ellipses hide each other. */
const MOST_RESULTS = 60;
/** This many slow machines have a row of their own beside their layer's. */
const MOST_SLOW = 5;

/** The benchmarks of a lab: a row for each machine, or for each layer and the slowest machines where there are many. */
export function labCharts(view: LabView): Html {
  if (modeOf(view) !== 'tiles') return benchmarkFigures(view.nodes, NONE);
  return benchmarkFigures(layerRows(view.nodes), NONE);
}

/** Each layer as if it were one machine, whose results are those of all in it, and below it who is slow. */
function layerRows(nodes: readonly NodeView[]): NodeView[] {
  const rowOf = (layer: number | undefined) => `layer-${layer ?? 'unknown'}`;
  const rows = new Map(nodes.map(({ node, layer }) => [node, rowOf(layer)]));
  return [...groupBy(nodes, ({ layer }) => layer)]
    .sort(([a = Infinity], [b = Infinity]) => a - b)
    .flatMap(([layer, own]): NodeView[] => {
      const [first] = own;
      if (first === undefined) return [];
      const name = `L${layer ?? '?'} (${own.length})`;
      const all = own.flatMap(({ benchmarks }) =>
        benchmarks.map((each) => ({ ...each, target: rows.get(each.target) ?? each.target })),
      );
      const benchmarks = [...groupBy(all, streamKey).values()].flatMap(together);
      const slow = own
        .filter(({ slowdown }) => slowdown?.isSlow === true)
        .sort((a, b) => (b.slowdown?.ratio ?? 0) - (a.slowdown?.ratio ?? 0))
        .slice(0, MOST_SLOW)
        .map((node) => ({ ...node, benchmarks: node.benchmarks.filter(({ target }) => target === '') }));
      return [{ ...first, node: rowOf(layer), name, benchmarks }, ...slow];
    });
}

/** One benchmark of several machines: the middle of their middles. */
function together(alike: readonly BenchmarkView[]): BenchmarkView[] {
  const [first] = alike;
  if (first === undefined) return [];
  const ratios = alike.flatMap(({ vsParent }) => vsParent ?? []);
  const each = Math.max(1, Math.ceil(MOST_RESULTS / alike.length));
  const { vsParent: _, ...stream } = first;
  return [
    {
      ...stream,
      results: alike.flatMap(({ results }) => results.slice(0, each)).slice(0, MOST_RESULTS),
      secondsPerUnit: median(alike.map(({ secondsPerUnit }) => secondsPerUnit)),
      ...(ratios.length > 0 && { vsParent: median(ratios) }),
    },
  ];
}
