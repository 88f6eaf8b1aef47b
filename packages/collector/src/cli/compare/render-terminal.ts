import type { Paint, Style } from '@nestwatch/common/cli/colour';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import type {
  ComparedRow,
  ComparedStream,
  Comparison,
  EnvironmentDifference,
  RowVerdict,
} from '../../analysis/compare/comparison.ts';

import {
  changeText,
  countsText,
  figureText,
  legendOf,
  nodeText,
  notesOf,
  roundsText,
  sideText,
  streamTitle,
  titleText,
  verdictText,
} from '../../analysis/compare/text.ts';
import { moment } from '../../analysis/compare/wording.ts';

/** One row with its stream, which is named in the first row of it. */
export interface Line {
  readonly stream: ComparedStream;
  readonly row: ComparedRow;
  readonly title: string;
}

const STYLES: Readonly<Record<RowVerdict, Style>> = {
  slower: 'red',
  faster: 'green',
  same: 'reset',
  'too little to tell': 'gray',
  'not compared': 'yellow',
};

/** The comparison for a terminal. Times are UTC. */
export function renderTerminal(comparison: Comparison, paint: Paint): string {
  const title = (text: string) => `\n${paint('bold', text)}\n`;
  const list = (text: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `${title(text)}${lines.map((line) => `  ${line}\n`).join('')}`;
  const { before, after, environment } = comparison;
  const lines = linesOf(comparison);
  return [
    `${paint('bold', titleText(comparison))}\n`,
    ...[before, after].map((side) => `  ${side.label}: ${sideText(side)}\n`),
    `  ${countsText(comparison)}\n`,
    ...(lines.length === 0
      ? []
      : [
          title('Benchmarks and probes'),
          renderTable(comparedColumns(paint), lines),
          `  ${legendOf(comparison)}\n`,
        ]),
    title('What differs in the environment'),
    environment.length === 0 ? '  no known difference\n' : renderTable(ENVIRONMENT_COLUMNS, environment),
    list('Before you rely on it', notesOf(comparison)),
  ].join('');
}

export function linesOf({ streams }: Comparison): Line[] {
  return streams.flatMap((stream) =>
    stream.rows.map((row, at) => ({ stream, row, title: at === 0 ? streamTitle(stream) : '' })),
  );
}

/** The verdict on each benchmark of each node. */
export function comparedColumns(paint: Paint): Column<Line>[] {
  return [
    { title: 'BENCHMARK', value: ({ title }) => title },
    { title: 'LAYER', value: ({ row }) => String(row.layer ?? '?'), align: 'right' },
    { title: 'NODE', value: ({ row }) => nodeText(row) },
    { title: 'BEFORE', value: ({ stream, row }) => figureText(stream, row.before), align: 'right' },
    { title: 'AFTER', value: ({ stream, row }) => figureText(stream, row.after), align: 'right' },
    { title: 'TIMES (95 %)', value: ({ row }) => changeText(row.change) },
    { title: 'AGAINST PARENT', value: ({ row }) => changeText(row.againstParent) },
    { title: 'ROUNDS', value: ({ row }) => roundsText(row), align: 'right' },
    {
      title: 'VERDICT',
      value: ({ row }) =>
        row.verdict === 'same' ? row.verdict : paint(STYLES[row.verdict], verdictText(row)),
      painted: true,
    },
  ];
}

/** What differs, node by node. */
export const ENVIRONMENT_COLUMNS: readonly Column<EnvironmentDifference>[] = [
  { title: 'LAYER', value: ({ layer }) => String(layer ?? '?'), align: 'right' },
  { title: 'NODE', value: ({ name }) => name },
  { title: 'WHAT', value: ({ property }) => property },
  { title: 'FIRST SEEN', value: ({ sinceUs }) => (sinceUs === undefined ? '–' : moment(sinceUs)) },
  { title: 'BEFORE → AFTER', value: ({ text }) => text },
];
