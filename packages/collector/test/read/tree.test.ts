import { expect, test } from 'vitest';
import { inTree } from '../../src/read/tree.ts';

const node = (name: string, layer?: number, parent?: string) => ({
  node: name,
  name,
  ...(layer !== undefined && { layer }),
  ...(parent !== undefined && { parent }),
});
const names = (nodes: Parameters<typeof inTree>[0]) => inTree(nodes).map(({ name }) => name);

test('each machine stands below the one that runs it, siblings by the numbers in their names', () => {
  const nodes = [
    node('host', 0),
    node('guest10', 1, 'host'),
    node('guest2', 1, 'host'),
    node('deep-b', 2, 'guest2'),
    node('deep-a', 2, 'guest10'),
  ];
  expect(names(nodes)).toEqual(['host', 'guest2', 'deep-b', 'guest10', 'deep-a']);
});

test('who stands on nobody that is known comes by layer, without a layer last', () => {
  expect(names([node('lost'), node('orphan', 2, 'gone'), node('host', 0)])).toEqual([
    'host',
    'orphan',
    'lost',
  ]);
});

test('nobody is left out or shown twice by machines that claim each other, or by one id in two layers', () => {
  const circle = [node('a', 1, 'b'), node('b', 2, 'a'), node('host', 0)];
  expect(names(circle)).toEqual(['host', 'a', 'b']);
  const twice = [node('host', 0), node('g', 1, 'host'), node('g', 2, 'host')];
  expect(names(twice)).toEqual(['host', 'g', 'g']);
});

test('a chain of 20,000 is no matter of the stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, at) =>
    node(`n${at}`, at, at === 0 ? undefined : `n${at - 1}`),
  );
  expect(names([...chain].reverse())).toEqual(chain.map(({ name }) => name));
});
