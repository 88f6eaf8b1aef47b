import { expect, test } from 'vitest';
import { guestsWithoutAgent } from '../../../src/analysis/report/guests.ts';

test('the report lists guests of its nodes in which no agent reports', () => {
  const node = (name: string, more: object = {}) => ({
    ...{ lab: 'a', node: `id-${name}`, name, lastSeenUs: 1 },
    ...more,
  });
  const states = [
    node('guest0'),
    node('guest1', { parent: 'id-guest0', guestName: 'lab1' }),
    node('named-alike', { parent: 'id-guest0' }),
  ];
  const guests = ['lab1', 'named-alike', 'win11'].map((guest) => ({ node: 'id-guest0', guest }));
  const ofOther = { node: 'id-forgotten', guest: 'gone' };
  expect(guestsWithoutAgent([...guests, ofOther], states)).toEqual([
    { node: 'id-guest0', guest: 'win11', name: 'guest0' },
  ]);
});
