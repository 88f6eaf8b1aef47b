import { expect, test } from 'vitest';
import { spreadOf } from '../../../src/analysis/report/spread.ts';

test('the spread of values is their median and quartiles', () => {
  expect(spreadOf([4, 1, 3, 2, 5])).toEqual({ median: 3, low: 2, high: 4 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
  expect(spreadOf([])).toBeUndefined();
});
