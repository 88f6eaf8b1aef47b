import { expect, test } from 'vitest';
import type { Series } from '../../src/influx/query-answer.ts';
import {
  createNodesReader,
  type Facet,
  type KnownNode,
  labsOf,
  readForgotten,
  readNodes,
} from '../../src/read/nodes.ts';

const MINUTE_US = 60e6;

function heard(node: string, timeUs: number, tags: Readonly<Record<string, string>> = {}): Series {
  return {
    name: 'nestwatch_report',
    tags: { lab: 'lab', node, name: node, layer: 'unknown', parent: 'none', ...tags },
    rows: [{ time: timeUs, seq: 1 }],
  };
}

type Counted = KnownNode & { readonly guests?: number };

const guests: Facet<Counted> = {
  query: { select: ['"guests"'], from: 'guests' },
  spanMs: 3600_000,
  holdsMs: 60_000,
  add: ({ rows }, { guests: others = 0 }) => ({ guests: others + Number(rows[0]?.['guests']) }),
};

test('a node is as its newest message says, with its facets, by lab, layer and name', async () => {
  const answers: Readonly<Record<string, Series[]>> = {
    nestwatch_report: [
      heard('b', 20, { layer: '1', parent: 'a' }),
      heard('b', 10, { name: 'old name' }),
      heard('c', 5),
      heard('a', 30, { layer: '0' }),
      heard('z', 40, { lab: 'another' }),
    ],
    guests: [2, 3].map((count) => ({
      name: 'guests',
      tags: { lab: 'lab', node: 'a' },
      rows: [{ time: 1, guests: count }],
    })),
  };
  const store = { query: async (query: string) => answers[/FROM "(\w+)"/.exec(query)?.[1] ?? ''] ?? [] };
  const nodes = await readNodes<Counted>(store, [guests]);
  expect(nodes).toEqual([
    { lab: 'another', node: 'z', name: 'z', lastSeenUs: 40 },
    { lab: 'lab', node: 'a', name: 'a', layer: 0, lastSeenUs: 30, guests: 5 },
    { lab: 'lab', node: 'b', name: 'b', layer: 1, parent: 'a', lastSeenUs: 20 },
    { lab: 'lab', node: 'c', name: 'c', lastSeenUs: 5 },
  ]);
  expect(labsOf(nodes)).toEqual(['another', 'lab']);
});

test('who was forgotten is left out until a newer message is there', async () => {
  const answers: Readonly<Record<string, Series[]>> = {
    nestwatch_report: [
      heard('gone', 20),
      heard('back', 31),
      heard('b', 5),
      heard('z', 40, { lab: 'another' }),
    ],
    nestwatch_forgotten: [
      ...['gone', 'back'].map((node) => ({
        name: '',
        tags: { lab: 'lab', node },
        rows: [{ time: 30, by: 'me' }],
      })),
      { name: '', tags: { lab: 'another', node: 'z' }, rows: [{ time: 40, by: 'me' }] },
    ],
  };
  const store = { query: async (query: string) => answers[/FROM "(\w+)"/.exec(query)?.[1] ?? ''] ?? [] };
  expect((await readNodes(store)).map(({ node }) => node)).toEqual(['b', 'back']);
  const labs = await createNodesReader(store, [], 1000)(50);
  expect([...labs].map(([lab, nodes]) => [lab, [...nodes.keys()]])).toEqual([['lab', ['back', 'b']]]);
  const isGone = await readForgotten(store);
  const asked = ['gone', 'back', 'b', 'never heard of'].map((node) => isGone({ lab: 'lab', node }));
  expect(asked).toEqual([true, false, false, false]);
});

test('who reads again and again asks for the last minutes each time, for the rest now and then', async () => {
  const asked: string[] = [];
  const store = {
    query: async (query: string) => {
      asked.push(/FROM "(\w+)"/.exec(query)?.[1] ?? '');
      return [];
    },
  };
  const read = createNodesReader<Counted>(store, [guests], 86_400_000);
  const askedAt = async (minute: number) => {
    asked.length = 0;
    await read(minute * MINUTE_US);
    return asked.toSorted();
  };
  expect(await askedAt(100)).toEqual([
    'guests',
    'nestwatch_forgotten',
    'nestwatch_report',
    'nestwatch_report',
  ]);
  expect(await askedAt(100.5)).toEqual(['nestwatch_forgotten', 'nestwatch_report']);
  expect(await askedAt(101)).toEqual(['guests', 'nestwatch_forgotten', 'nestwatch_report']);
  expect(await askedAt(105)).toEqual([
    'guests',
    'nestwatch_forgotten',
    'nestwatch_report',
    'nestwatch_report',
  ]);
});
