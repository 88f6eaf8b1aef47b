import { expect, test } from 'vitest';
import type { Evidence, NodeEvidence } from '../../../src/analysis/explain/evidence.ts';
import { explain } from '../../../src/analysis/explain/explain.ts';
import type { Quantities } from '../../../src/read/quantities.ts';

const node = (
  layer: number,
  kernel: string,
  before: Quantities = {},
  since: Quantities = before,
): NodeEvidence => ({
  ...{ node: `guest${layer}`, name: `guest${layer}`, layer, before, since },
  since: { ...since, facts: { 'kernel.upstream': kernel } },
});
const causes = (...[slow, ...above]: readonly [NodeEvidence, ...NodeEvidence[]]) =>
  explain({ slow, above, others: [], factor: 2 } satisfies Evidence).map(({ text }) => text);

const band = (low: number, high: number, usualFrom = 'observatory'): Quantities => ({
  ...{ usualLow: low, usualHigh: high, usualFrom },
});
const guest0 = node(0, '7.3.4');
const guest3 = node(3, '6.12.117');

test('an exit that multiplies more than is usual for the pair of kernels is a cause', () => {
  const guest2 = node(2, '6.12.117', { amplification: 6 }, { amplification: 9.1, ...band(5.95, 6.1) });
  expect(causes(guest3, guest2, node(1, '7.3.4'), guest0)).toEqual([
    'guest2 (6.12) under guest1 (7.3): 9.1 exits for each exit, up from 6.0, where 6.0 to 6.1 is usual for this pair of kernels.',
  ]);
});

test('it is told without the past where that is not known, and not where it was so before', () => {
  const since = { amplification: 12, ...band(5.97, 7.46) };
  expect(causes(node(2, '6.1.1'), node(1, '6.1.1', {}, since), node(0, '6.1.1'))).toEqual([
    'guest1 (6.1) under guest0 (6.1): 12.0 exits for each exit, where 6.0 to 7.5 is usual for this pair of kernels.',
  ]);
  expect(causes(node(2, '6.1.1'), node(1, '6.1.1', { amplification: 11 }, since), node(0, '6.1.1'))).toEqual(
    [],
  );
});

test('kernels that multiply more everywhere are a cause as well, called usual', () => {
  const before = { amplification: 6.4, ...band(5.97, 7.46) };
  const guest1 = node(1, '7.3.4', before, { amplification: 8.9, ...band(5.79, 9.09) });
  expect(causes(node(2, '6.1.1'), guest1, guest0)).toEqual([
    'guest1 (7.3) under guest0 (7.3): 8.9 exits for each exit, up from 6.4, as is usual for this pair of kernels (5.8 to 9.1).',
  ]);
});

test('elsewhere the own history from before the slowdown is what is usual', () => {
  const before = { amplification: 3.1, ...band(2.8, 3.4, 'own history') };
  const since = { amplification: 8, ...band(2.9, 8.4, 'own history') };
  const guest1 = node(1, '6.8.0', before, since);
  expect(causes(node(2, '6.8.0'), guest1, guest0)).toEqual([
    'guest1 (6.8) under guest0 (7.3): 8.0 exits for each exit, up from 3.1, where 2.8 to 3.4 was usual here.',
  ]);
});

test("the slow node's own guests are no cause, nor is a machine whose parent does not report", () => {
  const high = { amplification: 20, ...band(5.97, 7.46) };
  expect(causes(node(1, '6.1.1', {}, high), guest0)).toEqual([]);
  expect(causes(node(2, '6.1.1'), node(1, '6.1.1', {}, high))).toEqual([]);
});
