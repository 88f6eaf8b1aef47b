import { countOf, type Range, rangesOf, subtract, union } from '@nestwatch/common/ranges';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeState, encodeState } from '../../src/delivery/encode-state.ts';
import { figuresOf } from '../../src/delivery/figures.ts';
import { createPendingChanges, type MessageOutcome } from '../../src/delivery/pending-changes.ts';
import { confirmedOf, type DeliveryState, emptyState, hasMerge, merge } from '../../src/delivery/state.ts';

const run = { lab: 'l', node: 'n', runId: 'b' };
const outcome = (seq: number, outcome: 'written' | 'dead' = 'written', freed = 0): MessageOutcome => ({
  ...run,
  seq,
  outcome,
  freed,
  wallUs: 1_000_000 + seq,
  name: 'n',
  layer: 1,
  parent: 'p',
});
const state = (changed: Partial<DeliveryState>): DeliveryState => ({ ...emptyState('b'), ...changed });
const ranges = (...list: Range[]) => union(list);

test('what several collectors take in merges to the same states in any order, and each message counts once', () => {
  const messages = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(2), fc.boolean()), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 80 }), (all, order) => {
      const collectors = [createPendingChanges(), createPendingChanges(), createPendingChanges()];
      for (const [seq, collector, dead] of all)
        collectors[collector]?.record(outcome(seq, dead ? 'dead' : 'written'), 5);
      const parts = collectors.flatMap((each) => [...each.take().values()]);
      const shuffled = [...parts].sort(
        (a, b) => (order[parts.indexOf(a)] ?? 0) - (order[parts.indexOf(b)] ?? 0),
      );
      const inOrder = parts.reduce(merge, emptyState('b'));
      expect(shuffled.reduce(merge, emptyState('b'))).toEqual(inOrder);
      const distinct = new Set(all.map(([seq]) => seq)).size;
      const figures = figuresOf(inOrder);
      expect(figures.received).toBe(all.length);
      expect(figures.written + figures.dead).toBe(distinct);
      expect(figures.duplicates).toBe(all.length - distinct);
      expect(figures.gaps).toBe(figures.highest - distinct);
      expect(decodeState(encodeState(inOrder))).toEqual(inOrder);
    }),
  );
});

test('a message that is missing is a gap while its agent may still send it, and lost when nobody holds it', () => {
  const open = state({ written: ranges([1, 4], [8, 9]) });
  expect(figuresOf(open)).toMatchObject({ gaps: 3, lost: 0 });
  const held = merge(open, state({ closedUs: 10, held: ranges([5, 6], [10, 12]) }));
  expect(figuresOf(held)).toMatchObject({ gaps: 6, lost: 1, highest: 12 });
  const sent = merge(held, state({ written: ranges([5, 6], [10, 12]) }));
  expect(figuresOf(sent)).toMatchObject({ gaps: 1, lost: 1 });
  // An earlier start that is heard of later says nothing new.
  expect(merge(sent, state({ closedUs: 5, held: ranges([7, 7]) }))).toEqual(sent);
  const declared = merge(sent, state({ dropped: ranges([7, 7]) }));
  expect(figuresOf(declared)).toMatchObject({ gaps: 0, lost: 0, dropped: 1, written: 11 });
});

test('when the shared states are gone, the word of the agent closes what lay before', () => {
  const pending = createPendingChanges();
  pending.record(outcome(501, 'written', 500), 5);
  const [fresh] = pending.take().values();
  expect(figuresOf(fresh ?? emptyState(''))).toMatchObject({ gaps: 0, lost: 0, written: 501 });
});

test('what could not be told to the others is told the next time, once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 })),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (first, second) => {
        const pending = createPendingChanges();
        for (const seq of first) pending.record(outcome(seq), 1);
        for (const [key, changes] of pending.take()) pending.putBack(key, changes);
        for (const seq of second) pending.record(outcome(seq), 2);
        const [all = emptyState('b')] = pending.take().values();
        expect(all.written).toEqual(rangesOf([...first, ...second]));
        expect(all.received).toBe(first.length + second.length);
      },
    ),
  );
});

test('a set of too many pieces forgets, and never claims', () => {
  const odd = union(Array.from({ length: 5000 }, (_, at) => [at * 2 + 1, at * 2 + 1] as const));
  const kept = confirmedOf(merge(emptyState('b'), state({ written: odd })));
  expect(kept.length).toBeLessThanOrEqual(2000);
  expect(countOf(subtract(kept, odd))).toBe(0);
});

test('a merge is known however many of the others merged since, up to sixteen', () => {
  const own = { collector: 'own', number: 3 };
  const others = (count: number) =>
    Array.from({ length: count }, (_, at) => state({ merges: [{ collector: `other-${at}`, number: 1 }] }));
  const mine = merge(emptyState('b'), state({ merges: [own] }));
  const after = [...others(15), ...others(15)].reduce(merge, mine);
  expect(hasMerge(after, own)).toBe(true);
  expect(hasMerge(decodeState(encodeState(after)), own)).toBe(true);
  expect(hasMerge(after, { ...own, number: 4 })).toBe(false);
  expect(hasMerge(merge(after, state({ merges: [{ ...own, number: 4 }] })), own)).toBe(true);
  expect(others(16).reduce(merge, mine).merges).toHaveLength(16);
});

test('where there is no hole, the figures are the same as those that are counted out', () => {
  const plain = fc.record({
    from: fc.integer({ min: 1, max: 9 }),
    more: fc.nat(9),
    freed: fc.nat(12),
    closed: fc.boolean(),
  });
  fc.assert(
    fc.property(plain, ({ from, more, freed, closed }) => {
      const written = ranges([from, from + more]);
      const one = state({ written, freed, received: 3, closedUs: closed ? 1 : undefined });
      // What was found beside is counted out, and changes nothing here.
      expect(figuresOf(one)).toEqual(figuresOf({ ...one, found: written }));
    }),
  );
  expect(figuresOf(state({ freed: 5 }))).toMatchObject({ written: 5, gaps: 0, highest: 5 });
});
