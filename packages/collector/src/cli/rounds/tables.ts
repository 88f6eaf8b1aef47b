import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { groupBy } from '@nestwatch/common/group-by';
import { formatCost, formatFactor } from '@nestwatch/common/quantities';
import { v1 } from '@nestwatch/proto';
import { compareRound } from '../../analysis/rounds/compare.ts';
import { byLayerAndName } from '../../read/cells.ts';
import { type Cell, titleOf } from '../../read/result.ts';
import { ARTICLE_NETWORK, articleFigure } from './article.ts';

/**
 * A round as the article shows it: one row for each benchmark and variant with each node's figure and, in brackets,
 * its slowdown to its parent; then speeds from node to node; then what was not measured, and why.
 */
export function renderRound(cells: readonly Cell[], { article = false } = {}): string {
  const network = networkTable(cells);
  const note = article && network !== '' ? `${ARTICLE_NETWORK}\n` : '';
  const parts = [costTable(cells, article), network + note, remarks(cells)];
  return parts.filter((part) => part !== '').join('\n');
}

interface Row {
  readonly title: string;
  readonly cells: readonly string[];
}

/** Empty when nothing was measured. */
function costTable(cells: readonly Cell[], article: boolean): string {
  const measured = cells.filter((cell) => cell.secondsPerUnit !== undefined && cell.target === '');
  const nodes = nodesOf(cells);
  const rows = [...groupBy(measured, titleOf)].map(([title, group]): Row => {
    const slowdowns = compareRound(group);
    return {
      title,
      cells: nodes.map(({ node }) => {
        const cell = group.filter((each) => each.node === node).at(-1);
        const vsParent = slowdowns.find(({ result }) => result.node === node)?.vsParent;
        if (cell?.secondsPerUnit === undefined) return '-';
        const mark = cell.disturbances === '' ? '' : '*';
        return `${formatCost(cell.secondsPerUnit, cell.unit)}${vsParent === undefined ? '' : ` (${formatFactor(vsParent)})`}${mark}`;
      }),
    };
  });
  return table('BENCHMARK', nodes, rows, article ? [ARTICLE] : []);
}

/** Speeds: rows download from columns. Empty when no transfer was tried. */
function networkTable(cells: readonly Cell[]): string {
  const transfers = cells.filter((cell) => cell.target !== '');
  if (transfers.length === 0) return '';
  const nodes = nodesOf(cells);
  const rows = nodes.map(
    ({ node, name }): Row => ({
      title: name,
      cells: nodes.map((from) => {
        const cell = transfers.filter((each) => each.node === node && each.target === from.node).at(-1);
        if (cell === undefined) return '-';
        if (cell.outcome === v1.BenchmarkResult.Outcome.UNREACHABLE) return 'unreachable';
        return cell.secondsPerUnit === undefined ? 'failed' : formatCost(cell.secondsPerUnit, cell.unit);
      }),
    }),
  );
  return table('DOWNLOADS FROM', nodes, rows);
}

function remarks(cells: readonly Cell[]): string {
  const { OK, UNREACHABLE } = v1.BenchmarkResult.Outcome;
  const lines = cells
    .filter((cell) => cell.outcome !== OK && cell.outcome !== UNREACHABLE)
    .map((cell) => `${cell.name}: ${titleOf(cell)}: ${cell.reason}`);
  const disturbed = cells
    .filter((cell) => cell.disturbances !== '')
    .map(({ name, benchmark, disturbances }) => `* ${name}: ${benchmark}: ${disturbances}`);
  return [...new Set([...lines, ...disturbed])].map((line) => `${line}\n`).join('');
}

const ARTICLE: Column<Row> = {
  title: 'THE ARTICLE (GUEST1, GUEST2, GUEST3)',
  value: ({ title }) => articleFigure(title),
};

function table(
  title: string,
  nodes: readonly Cell[],
  rows: readonly Row[],
  more: Column<Row>[] = [],
): string {
  if (rows.length === 0) return '';
  const figures = nodes.map(({ name }, at): Column<Row> => {
    return { title: name.toUpperCase(), align: 'right', value: (row) => row.cells[at] ?? '' };
  });
  return renderTable([{ title, value: (row) => row.title }, ...figures, ...more], rows);
}

/** Nodes of the cells, by layer and name. */
function nodesOf(cells: readonly Cell[]): Cell[] {
  const byNode = new Map(cells.map((cell) => [cell.node, cell]));
  return [...byNode.values()].sort((a, b) => byLayerAndName(a, b) || a.node.localeCompare(b.node));
}
