import { expect, test } from 'vitest';
import { escaped, escapedLines } from '../src/harmless.ts';

test('what does something on a terminal is written out, all else stays', () => {
  expect(escaped('guest1 größer 山 👍🏽 é')).toBe('guest1 größer 山 👍🏽 é');
  expect(escaped('\u0000\u0007\u001b]0;x\u0007\u007f\u0085')).toBe(
    '\\u0000\\u0007\\u001b]0;x\\u0007\\u007f\\u0085',
  );
  expect(escaped('a\u202eb\u2066c\u200bd\ufeffe\u2028f\n')).toBe(
    'a\\u202eb\\u2066c\\u200bd\\ufeffe\\u2028f\\u000a',
  );
  expect(escaped('\ud800x\u{e0041}')).toBe('\\ud800x\\udb40\\udc41');
});

test('JSON stays what it was', () => {
  const value = { name: '\u009b31m\u202e\u007f', text: 'x' };
  expect(JSON.parse(escaped(JSON.stringify(value)))).toEqual(value);
});

test('of a text of several lines, lines and tabs stay, and colours only where they may be', () => {
  const text = 'a\tb\n\u001b[31mc\u001b[39m\u001b[2J\u001b[1;31m';
  expect(escapedLines(text)).toBe('a\tb\n\\u001b[31mc\\u001b[39m\\u001b[2J\\u001b[1;31m');
  expect(escapedLines(text, { colours: true })).toBe('a\tb\n\u001b[31mc\u001b[39m\\u001b[2J\\u001b[1;31m');
});
