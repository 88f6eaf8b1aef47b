import { type Column, renderTable } from '@nestwatch/common/cli/table';
import type { Measured } from '../run-sections.ts';
import { type Row, rowOf } from './format.ts';

const columns: readonly Column<Row>[] = [
  { title: 'what', value: (row) => row.what },
  { title: 'measured', value: (row) => row.measured, align: 'right' },
  { title: 'spread', value: (row) => row.spread },
  { title: 'budget', value: (row) => row.budget },
  { title: '', value: (row) => row.verdict },
];

/** Everything that was measured, as tables for a terminal. */
export function renderText({ results, machine, quick }: Measured): string {
  const parts = Object.entries(machine).map(([key, value]) => `${key}: ${value}`);
  if (quick) parts.push('A quick run: few repetitions, take the figures as a hint.');
  for (const { name, meaning, figures, absent } of results) {
    parts.push(`\n${name}: ${meaning}`);
    if (figures.length > 0) parts.push(renderTable(columns, figures.map(rowOf)).trimEnd());
    for (const each of absent) parts.push(`not measured: ${each.what}: ${each.reason}`);
  }
  return `${parts.join('\n')}\n`;
}
