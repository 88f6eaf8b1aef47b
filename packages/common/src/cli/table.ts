import { escaped } from '../harmless.ts';

/** One column of a terminal table. */
export interface Column<Row> {
  title: string;
  value(row: Row): string;
  align?: 'left' | 'right';
  /** True: its values are made by a `Paint`. Of others, what would do something on a terminal is written out. */
  painted?: boolean;
}

/** Rows under titles, columns as wide as their widest cell, without borders. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map((column) => escaped(column.title)),
    ...rows.map((row) => columns.map((column) => cellOf(column, row))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => displayWidth(line[at] ?? ''))));
  return cells
    .map((line) =>
      line
        .map((cell, at) => pad(cell, widths[at] ?? 0, columns[at]?.align ?? 'left'))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function cellOf<Row>({ value, painted = false }: Column<Row>, row: Row): string {
  return painted ? value(row) : escaped(value(row));
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return align === 'right' ? space + cell : cell + space;
}

// Colour sequences take no room on the screen.
function displayWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return [...text.replace(/\u001b\[[0-9;]*m/g, '')].length;
}
