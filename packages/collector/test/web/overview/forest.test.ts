import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forestOf, type Machine } from '../../../src/web/overview/forest.ts';
import { sentencesOf } from '../../../src/web/overview/missing.ts';
import { overview } from '../../../src/web/overview/overview.ts';
import { figureOf } from '../../../src/web/view/figures.ts';
import type { NodeView } from '../../../src/web/view/view.ts';
import { ADDRESS, labOf, machine } from '../../support/lab-view.ts';

const slowdown = figureOf('slowdown');
const forest = (nodes: readonly NodeView[]) => forestOf(labOf(nodes), slowdown);
const named = (machines: readonly Machine[]): unknown[] =>
  machines.map(({ node, guests }) => (guests.length === 0 ? node.name : { [node.name]: named(guests) }));

test('each machine is in the one that runs it, trouble first, then by the numbers in the names', () => {
  const nodes = [
    machine('host', { layer: 0 }),
    ...[10, 2, 1].map((at) => machine(`guest1-${at}`, { layer: 1, parent: 'host', silent: at === 10 })),
    machine('guest2-1', { layer: 2, parent: 'guest1-2' }),
  ];
  const { roots } = forest(nodes);
  expect(named(roots)).toEqual([{ host: ['guest1-10', 'guest1-1', { 'guest1-2': ['guest2-1'] }] }]);
  expect(roots[0]).toMatchObject({ size: 5, tone: 'bad' });
});

test('what is missing is said: a root, a parent, a layer; circles are shown once', () => {
  const nodes = [
    machine('a', { layer: 1, parent: 'b' }),
    machine('b', { layer: 1, parent: 'a' }),
    machine('c', { layer: 2, parent: 'nobody' }),
    machine('d'),
    machine('e', { layer: 1, parent: 'e' }),
  ];
  const found = forest(nodes);
  expect(found.roots.reduce((sum, { size }) => sum + size, 0)).toBe(5);
  expect([...sentencesOf(labOf(nodes), found)]).toEqual([
    'Layer 0 is missing: the hypervisor on hardware does not report.',
    'c runs on a machine that does not report.',
    'Unknown layer: d.',
    'a and b claim to run each other in a circle; each is shown once.',
  ]);
});

test('whoever is said to run whom, each machine is counted once', () => {
  const ids = Array.from({ length: 12 }, (_, at) => `n${at}`);
  const labs = fc.array(fc.record({ parent: fc.constantFrom(...ids, 'x', undefined), layer: fc.nat(4) }), {
    maxLength: ids.length,
  });
  fc.assert(
    fc.property(labs, (parents) => {
      const nodes = parents.map(({ parent, layer }, at) =>
        machine(`n${at}`, { layer, ...(parent !== undefined && { parent }) }),
      );
      expect(forest(nodes).roots.reduce((sum, { size }) => sum + size, 0)).toBe(nodes.length);
    }),
  );
});

test('a chain of 2,000 machines with the longest names is drawn, no deeper than browsers nest', () => {
  const nodes = Array.from({ length: 2000 }, (_, at) =>
    machine(`n${at}`, {
      name: `${'x'.repeat(245)}${at}`,
      layer: at,
      ...(at > 0 && { parent: `n${at - 1}` }),
    }),
  );
  const { text } = overview(labOf(nodes), { ...ADDRESS, unfold: ['n11'] });
  let depth = 0;
  let deepest = 0;
  for (const [tag] of text.matchAll(/<ol|<\/ol/g)) {
    depth += tag === '<ol' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  expect([depth, deepest]).toEqual([0, 13]);
  expect(text).toContain('n1999');
});
