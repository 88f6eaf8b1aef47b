import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';

interface Place {
  node: string;
  layer?: number;
}

test('a property without a value is absent, one with null or zero stays', () => {
  expect(Object.keys(defined({ a: 0, b: undefined, c: null, d: '' }))).toEqual(['a', 'c', 'd']);
});

test('its type suits a shape with optional properties', () => {
  const layer: number | undefined = [1].find((each) => each > 1);
  const place: Place = defined({ node: 'n', layer });
  expect('layer' in place).toBe(false);
});
