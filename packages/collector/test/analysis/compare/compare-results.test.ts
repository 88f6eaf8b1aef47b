import { describe, expect, test } from 'vitest';
import { compareResults } from '../../../src/analysis/compare/compare-results.ts';
import type { Result } from '../../../src/read/result.ts';
import { result } from '../../support/compare.ts';

const LIMITS = { worth: 1.1, failAbove: 1.3 };
const rounds = (from: number, count: number, more: (hour: number) => Partial<Result> = () => ({})) =>
  Array.from({ length: count }, (_, at) => result(from + at, more(from + at)));
const slower = (times: number) => (hour: number) => ({
  secondsPerUnit: times * 1e-9 * (1 + (hour % 3) / 100),
});
const side = (own: readonly Result[], parent: readonly Result[] = []) => ({ own, parent });

describe('one stream on two sides', () => {
  test('is slower, the same or faster, and fails only above what is allowed', () => {
    const before = side(rounds(0, 10));
    const much = compareResults(before, side(rounds(10, 8, slower(1.6))), LIMITS);
    expect(much).toMatchObject({
      verdict: 'slower',
      fails: true,
      before: { rounds: 10 },
      after: { rounds: 8 },
    });
    expect(much.change?.ratio).toBeCloseTo(1.6, 1);
    const little = compareResults(before, side(rounds(10, 8, slower(1.2))), LIMITS);
    expect(little).toMatchObject({ verdict: 'slower', fails: false });
    expect(compareResults(before, side(rounds(10, 8)), LIMITS).verdict).toBe('same');
    expect(compareResults(before, side(rounds(10, 8, slower(0.7))), LIMITS).verdict).toBe('faster');
  });

  test('from too few rounds has a ratio and no verdict', () => {
    const few = compareResults(side(rounds(0, 10)), side(rounds(10, 2, slower(5))), LIMITS);
    expect(few).toMatchObject({
      verdict: 'too little to tell',
      why: '2 rounds after; it takes 3',
      fails: false,
    });
    expect(few.change?.ratio).toBeGreaterThan(4);
    const none = compareResults(side([]), side(rounds(10, 5)), LIMITS);
    expect(none).toMatchObject({ verdict: 'too little to tell', why: 'no rounds before; it takes 3' });
    expect(none.change).toBeUndefined();
  });

  test('that scatters is not told of', () => {
    const wild = (hour: number) => ({ secondsPerUnit: [1e-9, 9e-9, 3e-9][hour % 3] ?? 1e-9 });
    const found = compareResults(side(rounds(0, 6, wild)), side(rounds(6, 4, wild)), LIMITS);
    expect(found).toMatchObject({ verdict: 'too little to tell', fails: false });
    expect(found.why).toBeUndefined();
  });

  test('with other settings is not compared; those that both have are', () => {
    const other = rounds(10, 8, () => ({ argumentsHash: 'b', secondsPerUnit: 1e-6 }));
    const changed = compareResults(side(rounds(0, 10)), side(other), LIMITS);
    expect(changed).toMatchObject({ verdict: 'not compared', why: 'its settings changed', fails: false });
    expect(changed.change).toBeUndefined();
    const mixed = compareResults(side(rounds(0, 10)), side([...rounds(10, 4), ...other]), LIMITS);
    expect(mixed).toMatchObject({ verdict: 'same', after: { rounds: 4, otherSettings: 8 } });
  });

  test('leaves out what is in doubt, and keeps what was measured under load', () => {
    const doubtful = rounds(10, 3, () => ({ secondsPerUnit: 1, disturbances: 'clock: it was set' }));
    const loaded = rounds(13, 5, () => ({ disturbances: 'steal: 40 %' }));
    const found = compareResults(side(rounds(0, 10)), side([...doubtful, ...loaded]), LIMITS);
    expect(found).toMatchObject({ verdict: 'same', after: { rounds: 5, doubtful: 3 } });
  });

  test('against its parent is what of it is its own', () => {
    const parent = (from: number, times: number) =>
      rounds(from, 8, (hour) => ({ node: 'guest0', ...slower(times)(hour) }));
    const found = compareResults(
      side(rounds(0, 8), parent(0, 1)),
      side(rounds(8, 8, slower(2)), parent(8, 2)),
      LIMITS,
    );
    expect(found.change?.ratio).toBeCloseTo(2, 1);
    expect(found.againstParent).toMatchObject({ verdict: 'same' });
    expect(found.againstParent?.ratio).toBeCloseTo(1, 2);
  });
});
