import { expect, test } from 'vitest';
import { paintFor } from '../../src/cli/colour.ts';
import { renderTable } from '../../src/cli/table.ts';

test('columns are as wide as their widest cell, colours take no room', () => {
  const red = '\u001b[31mx\u001b[39m';
  const text = renderTable(
    [
      { title: 'NAME', value: (row: string[]) => row[0] ?? '', painted: true },
      { title: 'N', value: (row: string[]) => row[1] ?? '', align: 'right' },
    ],
    [
      ['guest', '1'],
      [red, '10'],
    ],
  );
  expect(text).toBe(`NAME    N\nguest   1\n${red}      10\n`);
});

test('a name that would move the cursor or change colours is written out, in a title too', () => {
  const hostile = '\u001b[2J\u009b31mguest\u202e\u200bx\n';
  const text = renderTable([{ title: hostile, value: (row: string) => row, align: 'right' }], [hostile]);
  const shown = '\\u001b[2J\\u009b31mguest\\u202e\\u200bx\\u000a';
  expect(text).toBe(`${shown}\n${shown}\n`);
});

test('what is painted cannot end its colour', () => {
  const paint = paintFor({ isTTY: true }, {});
  expect(paint('red', 'a\u001b[0mb')).toBe('\u001b[31ma\\u001b[0mb\u001b[39m');
});

test('colours are for terminals that want them', () => {
  expect(paintFor({ isTTY: true }, {})('red', 'x')).toContain('\u001b[');
  expect(paintFor({ isTTY: false }, {})('red', 'x')).toBe('x');
  expect(paintFor({}, {})('red', 'x')).toBe('x');
  expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })('red', 'x')).toBe('x');
  expect(paintFor({ isTTY: true }, { TERM: 'dumb' })('red', 'x')).toBe('x');
});
