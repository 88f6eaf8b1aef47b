import { formatCost, formatFactor, formatQuantity } from '@nestwatch/common/quantities';
import { ARTICLE_FINDINGS } from '@nestwatch/proto/article';
import { streamKey, titleOf } from '../../read/result.ts';
import { type Html, html } from '../html/html.ts';
import type { BenchmarkView, NodeView } from '../view/view.ts';
import { type StripRow, stripChart } from './strip.ts';

/** Order of the charts: the article's first, then by name. */
const FIRST = ['cpu.sha256', 'cpu.shell-loop', 'disk.read', 'net.http', 'guest.install'];

/** The same in their frame, or why there are none. */
export function benchmarkFigures(nodes: readonly NodeView[], none: string): Html {
  const drawn = benchmarkCharts(nodes);
  return drawn.length === 0 ? html`<p class="empty">${none}</p>` : html`<div class="figures">${drawn}</div>`;
}

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
    const show = (value: number) => formatCost(value, variant.unit);
    const chart = stripChart({ title: titleOf(variant), rows, show });
    const parts = [variant.variant, isThroughput ? 'throughput' : `time per ${variant.unit || 'unit'}`];
    return html`<h4>${parts.filter((part) => part !== '').join(', ')}</h4>${chart}`;
  });
}

/** Who reads how fast from whom: cells are shaded by their share of the greatest value, in five steps. */
function network(nodes: readonly NodeView[]): Html {
  const readers = nodes
    .map(({ name, benchmarks }) => ({
      name,
      own: benchmarks.filter((each) => each.benchmark === 'net.http'),
    }))
    .filter(({ own }) => own.length > 0);
  const targets = nodes.filter(({ node }) =>
    readers.some(({ own }) => own.some((each) => each.target === node)),
  );
  const rows = readers.map(({ name, own }) => {
    const seconds = targets.map(({ node }) => own.find((each) => each.target === node)?.secondsPerUnit);
    return { name, speeds: seconds.map((each) => (each === undefined ? undefined : 1 / each)) };
  });
  const high = Math.max(...rows.flatMap(({ speeds }) => speeds.map((each) => each ?? 0)), Number.MIN_VALUE);
  const cell = (speed: number | undefined) =>
    speed === undefined
      ? html`<td class="none">not reached</td>`
      : html`<td class="heat-${Math.min(4, Math.floor((speed / high) * 5))}">${formatQuantity(speed, 'B')}/s</td>`;
  return html`<div class="scroll"><table class="matrix"><thead><tr><th scope="col">reads from →</th>${targets.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(({ name, speeds }) => html`<tr><th scope="row">${name}</th>${speeds.map(cell)}</tr>`)}</tbody></table></div>`;
}

/** Cold before warm, small before large. */
function byVariant(a: BenchmarkView, b: BenchmarkView): number {
  return a.variant.localeCompare(b.variant, 'en', { numeric: true });
}
