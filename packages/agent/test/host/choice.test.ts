import { expect, test } from 'vitest';
import { parseChoice } from '../../src/host/choice.ts';

test('the choice that is marked', () => {
  expect(parseChoice('always [madvise] never\n')).toBe('madvise');
  expect(parseChoice('')).toBeUndefined();
});
