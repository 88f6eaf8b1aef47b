import { expect, test } from 'vitest';
import { createPairing, sameRounds } from '../../../src/analysis/rounds/pairing.ts';
import type { Comparable } from '../../../src/read/result.ts';

function result(node: string, round: string, changes: Partial<Comparable> = {}): Comparable {
  return {
    node,
    round,
    variant: '',
    target: '',
    argumentsHash: 'a',
    timeUs: 1,
    secondsPerUnit: 1,
    ...changes,
  };
}

test('results of two nodes are paired by round, in the order of the first', () => {
  const own = [result('guest1', 'b'), result('guest1', 'a'), result('guest1', 'c')];
  const theirs = [result('guest0', 'a'), result('guest0', 'b')];
  expect(sameRounds(own, theirs).map(([mine, other]) => [mine.round, other.node])).toEqual([
    ['b', 'guest0'],
    ['a', 'guest0'],
  ]);
  expect(sameRounds(own, [])).toEqual([]);
});

test('a round that a node ran twice, as after a restart, is one pair with its last result', () => {
  const own = [result('guest1', 'a', { timeUs: 5, secondsPerUnit: 9 }), result('guest1', 'a', { timeUs: 6 })];
  const theirs = [
    result('guest0', 'a', { timeUs: 8 }),
    result('guest0', 'a', { timeUs: 7, secondsPerUnit: 9 }),
  ];
  expect(sameRounds(own, theirs)).toEqual([[own[1], theirs[0]]]);
});

test('what was not measured alike has no partner', () => {
  const pairing = createPairing([result('guest0', 'a'), result('guest0', '')]);
  const partner = (changes: Partial<Comparable>) =>
    pairing.partner(result('guest1', 'a', changes), 'guest0')?.node;
  expect(partner({})).toBe('guest0');
  expect(partner({ variant: 'cold' })).toBeUndefined();
  expect(partner({ argumentsHash: 'b' })).toBeUndefined();
  expect(partner({ target: 'guest0' })).toBeUndefined();
  expect(partner({ round: '' })).toBeUndefined();
  expect(createPairing([result('guest0', 'a', { secondsPerUnit: 0 })]).counted).toEqual([]);
});
