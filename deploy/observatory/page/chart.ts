import { type StripRow, stripChart } from '@nestwatch/collector/web/charts/strip';
import type { ObservedSet } from '../result.ts';
import { cellOf } from '../table/cell.ts';
import { figure } from '../table/words.ts';
import type { Work } from '../works/list.ts';

/** A picture in a document has no style sheet, and shows on light and dark ground. */
const STYLE = `
text { font: 15px system-ui, sans-serif; fill: #586474; }
.row-name, .row-value { fill: #808b99; font-weight: 600; }
.tick, .axis { font-size: 13px; }
.grid, .row-line { stroke: #8a94a355; fill: none; }
.dot { fill: #d08c00; fill-opacity: 0.55; }
.middle { stroke: #d55e00; stroke-width: 3; fill: none; }
.row-note { font-weight: 400; }
`;

/**
 * Exits at guest0 for one piece of work in a layer, one row for each set: a picture of its own.
 * @returns undefined where no set has counted it
 */
export function workChart(sets: readonly ObservedSet[], work: Work, layer: number): string | undefined {
  const rows = sets.flatMap((set): StripRow[] => {
    const cell = cellOf(set, work, layer);
    const [middle] = cell?.exits ?? [];
    // The scale is logarithmic.
    if (cell?.state !== 'counted' || middle === undefined || middle <= 0) return [];
    return [{ name: set.name, layer, values: (cell.spread ?? []).filter((value) => value > 0), middle }];
  });
  if (rows.length === 0) return undefined;
  const title = `exits at guest0 for one ${work.piece} in guest${layer}`;
  const chart = stripChart({ title, rows, show: figure, more: 'more exits →' }).text;
  return chart
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('>\n', `>\n<style>${STYLE}</style>\n`);
}
