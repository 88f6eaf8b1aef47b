import { expect, test } from 'vitest';
import { parseChoice } from '../../src/host/choice.ts';

// mm/huge_memory.c: defrag_show, enabled_show, and shmem_enabled of mm/shmem.c; a kernel that has no defer prints fewer
test.each([
  ['always [madvise] never\n', 'madvise'],
  ['always madvise [never]', 'never'],
  ['[always] madvise never\n', 'always'],
  ['always defer [defer+madvise] madvise never\n', 'defer+madvise'],
  ['always [defer] defer+madvise madvise never\n', 'defer'],
  ['always defer defer+madvise [madvise] never\n', 'madvise'],
  ['always within_size advise never [deny] force\n', 'deny'],
  ['always [within_size] advise never deny force\n', 'within_size'],
  ['[none] mq-deadline', 'none'],
])('%j is %s', (text, choice) => {
  expect(parseChoice(text)).toBe(choice);
});

test('a file that marks none has none', () => {
  expect(parseChoice('always madvise never')).toBeUndefined();
  expect(parseChoice('')).toBeUndefined();
});
