import { expect, test } from 'vitest';
import { whichNode } from '../../../src/cli/forget/which-node.ts';

const heard = [
  { lab: 'lab', node: '4c4c-1', name: 'guest3', lastSeenUs: 2e12 },
  { lab: 'lab', node: '4c4c-2', name: 'guest3', lastSeenUs: 1e12 },
  { lab: 'lab', node: '4c4c-3', name: 'guest2', lastSeenUs: 1e12 },
];
const which = (named: string) => whichNode('lab', named, heard, ['4c4c-3', 'never-came']);

test('a node is meant by its id or its name, also one that has a key and never reported', () => {
  expect(which('4c4c-1')).toMatchObject({ node: '4c4c-1', name: 'guest3' });
  expect(which('guest2')).toMatchObject({ node: '4c4c-3' });
  expect(which('never-came')).toEqual({ node: 'never-came', name: 'never-came' });
});

test('several of one name are told apart by when they were heard of, and a wrong one gets near names', () => {
  expect(() => which('guest3')).toThrow(
    'give the id of the one to forget (4c4c-2, last report 1970-01-12T13:46:40.000Z; 4c4c-1, last',
  );
  expect(() => which('gest2')).toThrow('lab lab has no node gest2; did you mean guest2?');
  expect(() => which('other')).toThrow('known: guest3, guest2, never-came');
});
