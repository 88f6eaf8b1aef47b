import { expect, test } from 'vitest';
import { type Answer, compare, type Limit } from './comparison.ts';
import { renderOutcome } from './render.ts';

const answer = (name: string, field: string, theirs: string, ours: string): Answer => ({
  case: name,
  field,
  theirs,
  ours,
});
const limit = (more: Partial<Limit>): Limit => ({ oracle: 'o', field: 'f', reason: 'because', ...more });

test('counts by field, and lists what nothing explains', () => {
  const answers = [answer('a', 'f', '1', '1'), answer('b', 'f', '1', '2'), answer('c', 'g', '', '')];
  expect(compare('o', answers, [])).toEqual({
    tallies: [
      { oracle: 'o', field: 'f', right: 1, total: 2, limited: 0 },
      { oracle: 'o', field: 'g', right: 1, total: 1, limited: 0 },
    ],
    differences: [{ oracle: 'o', ...answer('b', 'f', '1', '2') }],
    idle: [],
  });
});

test.each([
  ['its case', { cases: /b/ }],
  ['one of several cases, of which one begins another', { cases: /ba?|b/ }],
  ['what they say', { theirs: /\d/ }],
  ['every case of a field', {}],
])('a limit on %s explains a difference', (_, more) => {
  const { tallies, differences } = compare('o', [answer('b', 'f', '1', '2')], [limit(more)]);
  expect(differences).toEqual([]);
  expect(tallies).toEqual([{ oracle: 'o', field: 'f', right: 0, total: 1, limited: 1 }]);
});

test.each([
  ['another oracle', { oracle: 'p' }],
  ['another field', { field: 'g' }],
  ['a part of the name', { cases: /b/ }],
  ['another answer', { theirs: /2/ }],
])('a limit on %s does not', (_, more) => {
  const { differences } = compare('o', [answer('bb', 'f', '1', '2')], [limit(more)]);
  expect(differences).toHaveLength(1);
});

test('a limit that explains nothing is told, but not that of another oracle', () => {
  const { idle } = compare('o', [answer('a', 'f', '1', '1')], [limit({}), limit({ oracle: 'p' })]);
  expect(idle).toEqual([limit({})]);
});

test('is shown as a table, and a line for each difference', () => {
  const outcome = compare('o', [answer('a', 'f', '1', '2')], [limit({ field: 'g' })]);
  expect(renderOutcome(outcome)).toBe(
    [
      'oracle  field  right  of  limits',
      'o       f          0   1',
      'o, a: f is "1", and we say "2"',
      'o, g: a limit explains nothing any more: because',
      '',
    ].join('\n'),
  );
});
