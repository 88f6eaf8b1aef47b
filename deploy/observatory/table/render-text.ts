import { type Column, renderTable } from '@nestwatch/common/cli/table';
import type { ObservedSet } from '../result.ts';
import { baseIndex } from './base.ts';
import { compared, type Row, rowsOf } from './cell.ts';
import { cellText, figure } from './words.ts';

/** The table for a terminal: exits at guest0 ‹ guest1 ‹ guest2 for one piece of work, and ×N of guest0's with 6.1. */
export function renderSets(sets: readonly ObservedSet[]): string {
  if (sets.length === 0) return 'nothing was observed yet\n';
  const base = baseIndex(sets);
  const columns: Column<Row>[] = [
    { title: 'WORK', value: ({ work }) => work.title },
    { title: 'IN', value: ({ layer }) => `guest${layer}` },
    ...sets.map(
      ({ name }, at): Column<Row> => ({
        title: name,
        value: ({ cells }) => {
          const change = at === base ? undefined : compared(cells[at], cells[base]);
          return `${cellText(cells[at])}${change === undefined ? '' : ` ×${figure(change.ratio)}${change.isMarked ? ' !' : ''}`}`;
        },
        align: 'right',
      }),
    ),
  ];
  return renderTable(columns, rowsOf(sets));
}
