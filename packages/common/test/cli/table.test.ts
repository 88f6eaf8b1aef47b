import { expect, test } from 'vitest';
import { paintFor } from '../../src/cli/colour.ts';
import { renderTable } from '../../src/cli/table.ts';

test('columns are as wide as their widest cell, colours take no room', () => {
  const red = '\u001b[31mx\u001b[39m';
  const text = renderTable(
    [
      { title: 'NAME', value: (row: string[]) => row[0] ?? '' },
      { title: 'N', value: (row: string[]) => row[1] ?? '', align: 'right' },
    ],
    [
      ['guest', '1'],
      [red, '10'],
    ],
  );
  expect(text).toBe(`NAME    N\nguest   1\n${red}      10\n`);
});

test('colours are for terminals that want them', () => {
  expect(paintFor({ isTTY: true }, {})('red', 'x')).toContain('\u001b[');
  expect(paintFor({ isTTY: false }, {})('red', 'x')).toBe('x');
  expect(paintFor({}, {})('red', 'x')).toBe('x');
  expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })('red', 'x')).toBe('x');
  expect(paintFor({ isTTY: true }, { TERM: 'dumb' })('red', 'x')).toBe('x');
});
