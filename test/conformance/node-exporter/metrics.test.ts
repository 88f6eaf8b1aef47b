import { expect, test } from 'vitest';
import { parseMetrics } from './metrics.ts';

test('has names, labels and values, without comments', () => {
  const text = [
    '# HELP a_total What it is.',
    '# TYPE a_total counter',
    'a_total 1.5e+06',
    'b{device="sda",model="a \\"b\\", c}"} 0',
    'c{} NaN',
  ].join('\n');
  expect(parseMetrics(text)).toEqual([
    { name: 'a_total', labels: {}, value: 1_500_000 },
    { name: 'b', labels: { device: 'sda', model: 'a "b", c}' }, value: 0 },
    { name: 'c', labels: {}, value: Number.NaN },
  ]);
});
