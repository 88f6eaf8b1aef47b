import { expect, test } from 'vitest';
import { type Acceptance, acceptedAt, parseAcceptance } from '../../src/analysis/acceptance.ts';

const references = [
  { node: 'guest1' },
  { node: 'guest2', parent: 'guest1' },
  { node: 'guest3', parent: 'guest2' },
];
const stream = { benchmark: 'disk.read', variant: 'cold', target: '' };
const acceptance = (parts: Partial<Acceptance>): Acceptance => ({
  ...{ id: 'a', lab: 'lab', atUs: 5, why: '', by: '' },
  ...parts,
});
const times = (parts: Partial<Acceptance>, node: string, against: 'parent' | 'self' = 'self') =>
  acceptedAt([acceptance(parts)], references, node, against, stream);

test('holds for the node, and for what its slowness slows below it', () => {
  expect(times({ node: 'guest2' }, 'guest2')).toEqual([5]);
  expect(times({ node: 'guest2' }, 'guest3')).toEqual([5]);
  expect(times({ node: 'guest2' }, 'guest3', 'parent')).toEqual([]);
  expect(times({ node: 'guest2' }, 'guest2', 'parent')).toEqual([5]);
  expect(times({ node: 'guest2' }, 'guest1')).toEqual([]);
  expect(times({}, 'guest1')).toEqual([5]);
});

test('holds for a benchmark, with all its variants or one', () => {
  expect(times({ benchmark: 'disk.read' }, 'guest1')).toEqual([5]);
  expect(times({ benchmark: 'disk.read cold' }, 'guest1')).toEqual([5]);
  expect(times({ benchmark: 'disk.read warm' }, 'guest1')).toEqual([]);
  expect(times({ benchmark: 'disk' }, 'guest1')).toEqual([]);
});

test('a ring of parents ends, and several are in the order of time', () => {
  const ring = [
    { node: 'a', parent: 'b' },
    { node: 'b', parent: 'a' },
  ];
  const all = [acceptance({ atUs: 9, node: 'b' }), acceptance({ atUs: 3 })];
  expect(acceptedAt(all, ring, 'a', 'self', stream)).toEqual([3, 9]);
});

test('what is stored and is none is none', () => {
  for (const text of ['{', 'null', '{}', '{"id":"x","lab":"l"}'])
    expect(parseAcceptance(text)).toBeUndefined();
  expect(parseAcceptance('{"id":"x","lab":"l","atUs":1}')).toMatchObject({ why: '' });
});
