import { expect, test } from 'vitest';
import { agree, agreeing } from '../../observatory/agreement.ts';

test('two repetitions agree when every layer above counted the same within 2 %', () => {
  expect(agree([51_000, 1000], [51_900, 1001], 1000)).toBe(true);
  expect(agree([51_000, 1000], [53_000, 1000], 1000)).toBe(false);
  expect(agree([51_000, 1000], [51_000, 1100], 1000)).toBe(false);
});

test('a few exits for a thousand pieces are the same as none', () => {
  expect(agree([12], [0], 1000)).toBe(true);
  expect(agree([12], [0], 1)).toBe(false);
});

test('the last repetition counts with those that agree with it', () => {
  expect(agreeing([[1500], [1000], [1005]], 1000)).toEqual([1, 2]);
  expect(agreeing([[1500], [1000]], 1000)).toEqual([1]);
  expect(agreeing([], 1000)).toEqual([]);
});
