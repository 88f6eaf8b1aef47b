import { expect, test } from 'vitest';
import { shellWords, withoutEnvironment } from './words.ts';

test.each([
  ['a b  c', ['a', 'b', 'c']],
  ['one \\\n-name two \\\n', ['one', '-name', 'two']],
  ['left,\\\nright', ['left,right']],
  [`-device '{"driver":"nvme"}'`, ['-device', '{"driver":"nvme"}']],
  [`"a \\"b\\" \\n"`, ['a "b" \\n']],
  [`it\\'s 'a'"b"c ''`, ["it's", 'abc', '']],
])('%j', (text, words) => {
  expect(shellWords(text)).toEqual(words);
});

test('what sets the environment is left out', () => {
  expect(withoutEnvironment(['HOME=/var/lib', 'LC_ALL=C', 'qemu', '-name', 'A=b'])).toEqual([
    'qemu',
    '-name',
    'A=b',
  ]);
  expect(withoutEnvironment(['HOME=/'])).toEqual([]);
});
