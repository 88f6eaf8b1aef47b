import { expect, test } from 'vitest';
import { topologySettings } from '../../src/topology/settings.ts';

test('overrides are checked, and the error says what is allowed', () => {
  const { parse } = topologySettings['topology.overrides'];
  expect(parse({ 'lab/n': { parent: 'p' }, 'lab/m': { layer: 0 } })).toEqual({
    'lab/n': { parent: 'p' },
    'lab/m': { layer: 0 },
  });
  for (const wrong of [
    'x',
    [],
    { n: {} },
    { 'lab/n': { layer: -1 } },
    { 'lab/n': { parent: 'a.b' } },
    { 'lab/n': { depth: 1 } },
  ]) {
    expect(() => parse(wrong)).toThrow(/"<lab>\/<node>"/);
  }
});
