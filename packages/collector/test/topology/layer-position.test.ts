import { expect, test } from 'vitest';
import { type LayerPosition, positionChange, stabilise } from '../../src/topology/layer-position.ts';

const position = (more: Partial<LayerPosition>): LayerPosition => ({ node: 'n', reason: 'because', ...more });

test('a known position stays while the join can not tell, until the machine starts anew', () => {
  const known = position({ layer: 2, parent: 'p' });
  const pending = position({ root: 'pending' });
  expect(stabilise(known, pending, true)).toBe(known);
  expect(stabilise(known, pending, false)).toBe(pending);
  expect(stabilise(known, position({ layer: 1, parent: 'q' }), true)).toMatchObject({ parent: 'q' });
  expect(stabilise(position({ root: 'pending' }), pending, true)).toBe(pending);
});

test('a change of position is told from what to what; the first position and no change are not', () => {
  const known = position({ layer: 2, parent: 'p' });
  expect(positionChange(undefined, known)).toBeUndefined();
  expect(positionChange(known, { ...known, reason: 'other words' })).toBeUndefined();
  expect(positionChange(position({}), known)).toBe('layer unknown → layer 2 on p: because');
});
