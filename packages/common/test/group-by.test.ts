import { expect, test } from 'vitest';
import { groupBy } from '../src/group-by.ts';

test('items and groups keep their order', () => {
  expect([...groupBy([3, 1, 4, 5, 6], (item) => item % 2)]).toEqual([
    [1, [3, 1, 5]],
    [0, [4, 6]],
  ]);
  expect(groupBy([], String).size).toBe(0);
});
