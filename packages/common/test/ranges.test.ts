import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, includes, type Ranges, rangesOf, subtract, union } from '../src/ranges.ts';

const values = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
const expand = (set: Ranges) =>
  set.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
const sorted = (all: Iterable<number>) => [...new Set(all)].sort((a, b) => a - b);

test('a set has exactly the numbers it was made of, as runs that never touch', () => {
  fc.assert(
    fc.property(values, (given) => {
      const set = rangesOf(given);
      expect(expand(set)).toEqual(sorted(given));
      for (let at = 1; at < set.length; at++)
        expect(set[at]?.[0]).toBeGreaterThan((set[at - 1]?.[1] ?? 0) + 1);
      expect(countOf(set)).toBe(new Set(given).size);
    }),
  );
});

test('union, subtract and includes agree with plain sets', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      expect(expand(union(rangesOf(a), rangesOf(b)))).toEqual(sorted([...a, ...b]));
      expect(expand(subtract(rangesOf(a), rangesOf(b)))).toEqual(sorted(a).filter((n) => !b.includes(n)));
      for (let n = 0; n < 62; n++) expect(includes(rangesOf(a), n)).toBe(a.includes(n));
    }),
  );
});

test('runs that end before they begin are left out', () => {
  expect(union([[5, 4]], [[1, 2]])).toEqual([[1, 2]]);
});
