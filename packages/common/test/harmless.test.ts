import { harmless, harmlessUpTo } from '@nestwatch/common/harmless';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('plain texts stay as they are, in every script', () => {
  for (const text of ['guest 1', 'Größe', 'ノード', 'узел', '😀', '<b>"x"\\</b>'])
    expect(harmless(text)).toBe(text);
});

test('line breaks are spaces, and what is not seen shows', () => {
  expect(harmless('a\nb\tc\u2028d')).toBe('a b c d');
  expect(harmless('\u001b[31mred\u0007\u009b')).toBe('\ufffd[31mred\ufffd\ufffd');
  expect(harmless('\u202eexe.txt\u2066\u200b\ufeff\u3164')).toBe('\ufffdexe.txt\ufffd\ufffd\ufffd\ufffd');
  expect(harmless('half \ud83d of a pair')).toBe('half \ufffd of a pair');
});

test('whatever the text is, it is one line of what can be seen, and stays so', () => {
  const units = fc.array(fc.nat(0xffff), { maxLength: 30 }).map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(units, fc.integer({ min: 1, max: 40 }), (text, most) => {
      const made = harmlessUpTo(text, most);
      expect(made.length).toBeLessThanOrEqual(most);
      expect(made).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      expect(harmless(made)).toBe(made);
    }),
  );
});
