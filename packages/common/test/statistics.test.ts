import { expect, test } from 'vitest';
import { ascending, median, quantile } from '../src/statistics.ts';

test('the median is the middle value, or between the middle two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
  expect(median([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
});

test('a quantile is one of the values', () => {
  const values = ascending([5, 3, 1, 2, 4]);
  expect(values).toEqual([1, 2, 3, 4, 5]);
  expect([0, 0.2, 0.21, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 1, 2, 3, 5, 5]);
  expect(quantile([], 0.5)).toBeUndefined();
});
