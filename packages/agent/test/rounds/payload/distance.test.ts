import { expect, test } from 'vitest';
import { distanceLayers } from '../../../src/rounds/payload/distance.ts';

test('the distance goes up to the common layer and down again', () => {
  const all = [
    { node: 'a', layer: 0, parent: '' },
    { node: 'b', layer: 1, parent: 'a' },
    { node: 'c', layer: 2, parent: 'b' },
    { node: 'd', layer: 1, parent: 'a' },
  ];
  const [a, b, c, d] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0], (typeof all)[0]];
  expect(distanceLayers(c, c, all)).toBe(0);
  expect(distanceLayers(c, a, all)).toBe(2);
  expect(distanceLayers(a, b, all)).toBe(1);
  expect(distanceLayers(c, d, all)).toBe(3);
  expect(distanceLayers({ node: 'x', layer: 3 }, a, all)).toBe(3);
  expect(distanceLayers({ node: 'x' }, a, all)).toBeUndefined();
});
