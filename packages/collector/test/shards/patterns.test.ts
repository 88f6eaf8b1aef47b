import { expect, test } from 'vitest';
import { matches, sharedName } from '../../src/shards/patterns.ts';

test.each([
  ['team-a-*', 'team-a-7', true],
  ['team-a-*', 'team-b-7', false],
  ['*', 'anything', true],
  ['*-test', 'gpu-test', true],
  ['*-test', 'gpu-test-2', false],
  ['gpu', 'gpu2', false],
])('%s and %s: %s', (pattern, lab, expected) => {
  expect(matches(pattern, lab)).toBe(expected);
});

test.each([
  ['team-a-*', 'team-b-*', undefined],
  ['team-*', 'team-b-*', 'team-b-'],
  ['a*', '*b', 'ab'],
  ['a*c', 'ab*', 'abc'],
  ['gpu', 'gpu', 'gpu'],
  ['gpu', 'cpu', undefined],
  ['a*b*c', 'a*d', undefined],
])('%s and %s share %s', (one, other, expected) => {
  for (const name of [sharedName(one, other), sharedName(other, one)]) {
    expect(name).toBe(expected);
    if (name !== undefined) expect([matches(one, name), matches(other, name)]).toEqual([true, true]);
  }
});
