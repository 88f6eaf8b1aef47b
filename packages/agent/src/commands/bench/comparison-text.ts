import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { formatCost } from '@nestwatch/common/quantities';
import type { Compared } from './against.ts';

export const isSlower = ({ change }: Compared) => change?.verdict === 'slower';

/** The text about one benchmark: "1.62 times (1.41 to 1.87) over 5 runs: slower". */
export function sentenceOf({ change, runs, why }: Compared): string {
  if (change === undefined) return `not compared: ${why}`;
  return `${timesOf(change.ratio)} times the time (${intervalOf(change)}) of ${runs} ${runs === 1 ? 'run' : 'runs'}: ${change.verdict}`;
}

export const timesOf = (ratio: number) => ratio.toFixed(2);
export const intervalOf = ({ low, high }: { low: number; high: number }) =>
  `${timesOf(low)} to ${timesOf(high)}`;

const costOf = (seconds: number | undefined, unit: string) =>
  seconds === undefined ? '–' : formatCost(seconds, unit);

const columns: readonly Column<Compared>[] = [
  { title: 'BENCHMARK', value: ({ title }) => title },
  { title: 'BEFORE', align: 'right', value: ({ before, unit }) => costOf(before, unit) },
  { title: 'NOW', align: 'right', value: ({ now, unit }) => costOf(now, unit) },
  { title: 'TIMES', align: 'right', value: ({ change }) => (change ? timesOf(change.ratio) : '–') },
  { title: '95 % BETWEEN', value: ({ change }) => (change ? intervalOf(change) : '–') },
  { title: 'RUNS', align: 'right', value: ({ runs }) => String(runs) },
  { title: 'VERDICT', value: ({ change, why }) => change?.verdict ?? `not compared: ${why}` },
];

/** The table of a comparison, and what of the machine is another. */
export function renderCompared(compared: readonly Compared[], changes: readonly string[]): string {
  return `${renderTable(columns, compared)}${changes.map((each) => `differs from before: ${each}\n`).join('')}`;
}

/** The same as Markdown, for a summary of a pipeline. */
export function markdownOf(compared: readonly Compared[], changes: readonly string[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [
    line(columns.map(({ title }) => title.toLowerCase())),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...compared.map((each) => line(columns.map(({ value }) => value(each)))),
    ...changes.map((each) => `\nDiffers from before: ${each}\n`),
  ].join('');
}
