import { expect, test } from 'vitest';
import { durationOf, parseMap, text, words } from '../../src/rounds/config-map.ts';

const members = { name: text, run: words(1), limit: durationOf(1000) };

test('what is given is parsed, and what is left out stays absent', () => {
  expect(parseMap({ name: 'a', limit: '2s' }, members)).toEqual({ name: 'a', limit: 2000 });
  expect(parseMap({}, members)).toEqual({});
});

test.each([
  ['not a map', ['a'], 'a map'],
  ['no map at all', null, 'a map'],
  ['a name that is not known', { nam: 'a' }, 'unknown member nam; known: name, run, limit'],
  ['a name that every object has', { constructor: 'a' }, 'unknown member constructor'],
  ['another type', { name: 7 }, 'name: 7 is not allowed: give a text'],
  ['too few words', { run: [] }, 'run: [] is not allowed: give a list of words'],
  ['a time that is too short', { limit: '1ms' }, 'limit: "1ms" is not allowed'],
])('%s is refused', (_, given, reason) => {
  expect(() => parseMap(given, members)).toThrow(reason);
});
