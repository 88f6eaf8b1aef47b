import { formatCost, formatFactor, formatQuantity } from '@nestwatch/common/quantities';
import { ARTICLE_FINDINGS } from '@nestwatch/proto/article';
import { streamKey, titleOf } from '../../read/result.ts';
import { type Html, html } from '../html/html.ts';
import type { BenchmarkView, NodeView } from '../view/view.ts';
import { type Matrix, matrixTable } from './matrix.ts';
import { type StripRow, stripChart } from './strip.ts';

/** Order of the charts: the article's first, then by name. */
const FIRST = ['cpu.sha256', 'cpu.shell-loop', 'disk.read', 'net.http', 'guest.install'];

/** A figure for each benchmark that any of these nodes has results of. */
export function benchmarkCharts(nodes: readonly NodeView[]): Html[] {
  const names = [...new Set(nodes.flatMap(({ benchmarks }) => benchmarks.map(({ benchmark }) => benchmark)))];
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return names.map((name) => {
    const drawn = name === 'net.http' ? network(nodes) : strips(nodes, name);
    return html`<figure class="figure" id="chart-${name.replaceAll('.', '-')}"><figcaption><h3>${name}</h3></figcaption>${drawn}${ARTICLE_FINDINGS[name] !== undefined && html`<p class="article">The article: ${ARTICLE_FINDINGS[name]}</p>`}</figure>`;
  });
}

function strips(nodes: readonly NodeView[], name: string): Html[] {
  const variants = new Map<string, BenchmarkView>();
  for (const benchmark of nodes.flatMap(({ benchmarks }) => benchmarks)) {
    if (benchmark.benchmark === name) variants.set(streamKey(benchmark), benchmark);
  }
  return [...variants.values()].sort(byVariant).map((variant) => {
    const rows = nodes.flatMap((node): StripRow[] => {
      const own = node.benchmarks.find((candidate) => streamKey(candidate) === streamKey(variant));
      if (own === undefined) return [];
      const note = own.vsParent === undefined ? undefined : formatFactor(own.vsParent);
      const values = own.results.map(({ secondsPerUnit }) => secondsPerUnit);
      return [{ name: node.name, layer: node.layer, values, middle: own.secondsPerUnit, note }];
    });
    const isThroughput = variant.unit === 'byte';
    const chart = stripChart({
      title: titleOf(variant),
      rows,
      show: (value) => formatCost(value, variant.unit),
      direction: 'slower',
    });
    const parts = [variant.variant, isThroughput ? 'throughput' : `time per ${variant.unit || 'unit'}`];
    return html`<h4>${parts.filter((part) => part !== '').join(', ')}</h4>${chart}`;
  });
}

function network(nodes: readonly NodeView[]): Html {
  const names = new Map(nodes.map(({ node, name }) => [node, name]));
  const targets = [...names.keys()].filter((target) =>
    nodes.some(({ benchmarks }) =>
      benchmarks.some((own) => own.benchmark === 'net.http' && own.target === target),
    ),
  );
  const matrix: Matrix = {
    corner: 'reads from →',
    columns: targets.map((target) => names.get(target) ?? target),
    rows: nodes
      .filter(({ benchmarks }) => benchmarks.some(({ benchmark }) => benchmark === 'net.http'))
      .map(({ name, benchmarks }) => ({
        name,
        cells: targets.map((target) => {
          const own = benchmarks.find((each) => each.benchmark === 'net.http' && each.target === target);
          return own === undefined ? undefined : 1 / own.secondsPerUnit;
        }),
      })),
    show: (value) => `${formatQuantity(value, 'B')}/s`,
  };
  return matrixTable(matrix);
}

/** Cold before warm, small before large. */
function byVariant(a: BenchmarkView, b: BenchmarkView): number {
  return a.variant.localeCompare(b.variant, 'en', { numeric: true });
}
