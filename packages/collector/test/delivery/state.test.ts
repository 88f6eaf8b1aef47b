import { countOf, type Range, rangesOf, subtract, union } from '@nestwatch/common/ranges';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAccount, encodeAccount } from '../../src/delivery/encode-state.ts';
import { createTally, type Settled } from '../../src/delivery/pending-changes.ts';
import { type Account, confirmedOf, emptyAccount, figuresOf, merge } from '../../src/delivery/state.ts';

const run = { lab: 'l', node: 'n', boot: 'b' };
const settled = (seq: number, outcome: 'written' | 'dead' = 'written', freed = 0): Settled => ({
  ...{ ...run, seq, outcome, freed, wallUs: 1_000_000 + seq, name: 'n', layer: 1, parent: 'p' },
});
const account = (changed: Partial<Account>): Account => ({ ...emptyAccount('b'), ...changed });
const ranges = (...list: Range[]) => union(list);

test('what several collectors take in merges to the same accounts in any order, and each message counts once', () => {
  const messages = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(2), fc.boolean()), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 80 }), (all, order) => {
      const tallies = [createTally(), createTally(), createTally()];
      for (const [seq, collector, dead] of all)
        tallies[collector]?.note(settled(seq, dead ? 'dead' : 'written'), 5);
      const parts = tallies.flatMap((tally) => [...tally.take().values()]);
      const shuffled = [...parts].sort(
        (a, b) => (order[parts.indexOf(a)] ?? 0) - (order[parts.indexOf(b)] ?? 0),
      );
      const inOrder = parts.reduce(merge, emptyAccount('b'));
      expect(shuffled.reduce(merge, emptyAccount('b'))).toEqual(inOrder);
      const distinct = new Set(all.map(([seq]) => seq)).size;
      const figures = figuresOf(inOrder);
      expect(figures.received).toBe(all.length);
      expect(figures.written + figures.dead).toBe(distinct);
      expect(figures.duplicates).toBe(all.length - distinct);
      expect(figures.gaps).toBe(figures.highest - distinct);
      expect(decodeAccount(encodeAccount(inOrder))).toEqual(inOrder);
    }),
  );
});

test('a message that is missing is a gap while its agent may still send it, and lost when nobody holds it', () => {
  const open = account({ written: ranges([1, 4], [8, 9]) });
  expect(figuresOf(open)).toMatchObject({ gaps: 3, lost: 0 });
  const held = merge(open, account({ closedUs: 10, held: ranges([5, 6], [10, 12]) }));
  expect(figuresOf(held)).toMatchObject({ gaps: 6, lost: 1, highest: 12 });
  const sent = merge(held, account({ written: ranges([5, 6], [10, 12]) }));
  expect(figuresOf(sent)).toMatchObject({ gaps: 1, lost: 1 });
  // An earlier start that is heard of later says nothing new.
  expect(merge(sent, account({ closedUs: 5, held: ranges([7, 7]) }))).toEqual(sent);
  const declared = merge(sent, account({ dropped: ranges([7, 7]) }));
  expect(figuresOf(declared)).toMatchObject({ gaps: 0, lost: 0, dropped: 1, written: 11 });
});

test('when the shared accounts are gone, the word of the agent closes what lay before', () => {
  const tally = createTally();
  tally.note(settled(501, 'written', 500), 5);
  const [fresh] = tally.take().values();
  expect(figuresOf(fresh ?? emptyAccount(''))).toMatchObject({ gaps: 0, lost: 0, written: 501 });
});

test('what could not be told to the others is told the next time, once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 })),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (first, second) => {
        const tally = createTally();
        for (const seq of first) tally.note(settled(seq), 1);
        for (const [key, news] of tally.take()) tally.putBack(key, news);
        for (const seq of second) tally.note(settled(seq), 2);
        const [all = emptyAccount('b')] = tally.take().values();
        expect(all.written).toEqual(rangesOf([...first, ...second]));
        expect(all.received).toBe(first.length + second.length);
      },
    ),
  );
});

test('a set of too many pieces forgets, and never claims', () => {
  const odd = union(Array.from({ length: 5000 }, (_, at) => [at * 2 + 1, at * 2 + 1] as const));
  const kept = confirmedOf(merge(emptyAccount('b'), account({ written: odd })));
  expect(kept.length).toBeLessThanOrEqual(2000);
  expect(countOf(subtract(kept, odd))).toBe(0);
});
