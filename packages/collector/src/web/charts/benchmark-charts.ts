import { keyOf, titleOf } from '../../read/page/benchmarks.ts';
import type { BenchmarkView, NodeView } from '../../read/page/view.ts';
import { bytes, perUnit, seconds, times } from '../figures.ts';
import { type Html, html } from '../html/html.ts';
import { type Matrix, matrixTable } from './matrix.ts';
import { type StripRow, stripChart } from './strip.ts';

/** What the article found, under the chart that repeats it. */
const ARTICLE: Readonly<Record<string, string>> = {
  'cpu.sha256':
    'The article: guest0, guest1 and guest2 almost identical, guest3 much slower and less predictable.',
  'cpu.shell-loop':
    'The article, a bash loop: guest1 ×1.29 of guest0, guest2 ×1.06 of guest1, guest3 ×2.40 of guest2.',
  'disk.read':
    'The article: cold reads about 550 MB/s in guest0, faster in guest1 and guest2 thanks to the cache below; warm reads alike until the data exceeds memory.',
  'guest.install': 'The article, 483 packages: guest1 221 s, guest2 370 s, guest3 1297 s.',
  'net.http':
    'The article, 2.5 GB over HTTP: fastest from the machine itself, slower with every layer between, guest3 slowest.',
};

/** Order of the charts: the article's first, then by name. */
const FIRST = ['cpu.sha256', 'cpu.shell-loop', 'disk.read', 'net.http', 'guest.install'];

/** A figure for each benchmark that any of these nodes has results of. */
export function benchmarkCharts(nodes: readonly NodeView[]): Html[] {
  const names = [...new Set(nodes.flatMap(({ benchmarks }) => benchmarks.map(({ benchmark }) => benchmark)))];
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return names.map((name) => {
    const drawn = name === 'net.http' ? network(nodes) : strips(nodes, name);
    return html`<figure class="figure" id="chart-${name.replaceAll('.', '-')}"><figcaption><h3>${name}</h3></figcaption>${drawn}${ARTICLE[name] !== undefined && html`<p class="article">${ARTICLE[name]}</p>`}</figure>`;
  });
}

function strips(nodes: readonly NodeView[], name: string): Html[] {
  const variants = new Map<string, BenchmarkView>();
  for (const benchmark of nodes.flatMap(({ benchmarks }) => benchmarks)) {
    if (benchmark.benchmark === name) variants.set(keyOf(benchmark), benchmark);
  }
  return [...variants.values()].sort(byVariant).map((variant) => {
    const rows = nodes.flatMap((node): StripRow[] => {
      const own = node.benchmarks.find((candidate) => keyOf(candidate) === keyOf(variant));
      if (own === undefined) return [];
      const note = own.vsParent === undefined ? undefined : times(own.vsParent);
      const values = own.results.map(({ secondsPerUnit }) => secondsPerUnit);
      return [{ name: node.name, layer: node.layer, values, middle: own.secondsPerUnit, note }];
    });
    const isThroughput = variant.unit === 'byte';
    const chart = stripChart({
      title: titleOf(variant),
      rows,
      show: isThroughput ? (value) => perUnit(value, 'byte') : seconds,
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
    show: (value) => `${bytes(value)}/s`,
  };
  return matrixTable(matrix);
}

/** Cold before warm, small before large. */
function byVariant(a: BenchmarkView, b: BenchmarkView): number {
  return a.variant.localeCompare(b.variant, 'en', { numeric: true });
}
