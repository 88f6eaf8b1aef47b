import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRound } from '../../../src/analysis/rounds/compare.ts';
import type { RoundResult } from '../../../src/read/result.ts';

function result(layer: number, secondsPerUnit: number, changes: Partial<RoundResult> = {}): RoundResult {
  return {
    node: `guest${layer}`,
    layer,
    parent: layer === 0 ? 'none' : `guest${layer - 1}`,
    round: 'cpu.sha256@2026-01-31T06:00:00Z',
    variant: '',
    target: '',
    argumentsHash: 'a',
    timeUs: layer,
    secondsPerUnit,
    disturbances: '',
    ...changes,
  };
}

const ratios = (results: RoundResult[]) =>
  Object.fromEntries(
    compareRound(results).map(({ result: { node }, vsParent, vsBase }) => [node, [vsParent, vsBase]]),
  );

test("the article's shell loop: 29 %, 6 % and 140 % more than the layer above", () => {
  expect(
    ratios([result(0, 1), result(1, 1.29), result(2, 1.29 * 1.06), result(3, 1.29 * 1.06 * 2.4)]),
  ).toEqual({
    guest0: [undefined, 1],
    guest1: [1.29, 1.29],
    guest2: [expect.closeTo(1.06), expect.closeTo(1.367, 3)],
    guest3: [expect.closeTo(2.4), expect.closeTo(3.282, 3)],
  });
});

test('a result without the ones to compare with has to wait for them', () => {
  expect(ratios([result(2, 3)])).toEqual({});
  expect(ratios([result(1, 2), result(2, 3)])).toEqual({ guest2: [1.5, undefined] });
});

test('where the parent has no result, layer 0 is compared with all the same', () => {
  expect(ratios([result(0, 1), result(2, 3)])).toEqual({ guest0: [undefined, 1], guest2: [undefined, 3] });
});

test('who only says that it is at layer 0 is no measure for others, and takes no other measure from them', () => {
  const isBase = ({ node }: RoundResult) => node === 'guest0';
  const vsBase = (results: RoundResult[]) =>
    compareRound(results, isBase).find(({ result: { node } }) => node === 'guest2')?.vsBase;
  const pretender = result(0, 9, { node: 'pretender' });
  expect(vsBase([pretender, result(2, 3)])).toBeUndefined();
  expect(vsBase([pretender, result(0, 1), result(2, 3)])).toBe(3);
});

test('what stands on an opaque root is not compared with the layer 0 of another root', () => {
  const hardware = result(0, 1);
  const onVmware = result(1, 2, { parent: 'none' });
  expect(ratios([hardware, onVmware, result(2, 3)])).toEqual({
    guest0: [undefined, 1],
    guest2: [1.5, undefined],
  });
});

test('unlike settings and variants are not compared, nor transfers between nodes', () => {
  expect(ratios([result(0, 1), result(1, 2, { argumentsHash: 'b' })])).toEqual({ guest0: [undefined, 1] });
  expect(ratios([result(0, 1), result(1, 2, { variant: 'cold' })])).toEqual({ guest0: [undefined, 1] });
  expect(ratios([result(0, 1, { target: 'guest1' })])).toEqual({});
});

test('of two results of a node the later counts', () => {
  expect(ratios([result(0, 1), result(1, 9, { timeUs: 5 }), result(1, 2, { timeUs: 6 })])['guest1']).toEqual([
    2, 2,
  ]);
});

test('a ratio is disturbed when either side is', () => {
  const compared = compareRound([result(0, 1, { disturbances: 'steal: 20 %' }), result(1, 2), result(2, 2)]);
  expect(compared.map((each) => each.disturbed)).toEqual([true, true, true]);
  const own = compareRound([result(0, 1), result(1, 2, { disturbances: 'steal: 20 %' })]);
  expect(own.map((each) => each.disturbed)).toEqual([false, true]);
});

test('nodes that are each other’s parents do not end in a circle', () => {
  const odd = [result(1, 1, { parent: 'guest2' }), result(2, 2, { parent: 'guest1' })].map(
    ({ layer: _, ...each }) => each,
  );
  expect(ratios(odd)).toEqual({ guest1: [0.5, undefined], guest2: [2, undefined] });
});

test('vs_base is the product of vs_parent over the layers, in whatever order the results come', () => {
  const seconds = fc.double({ min: 1e-9, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(seconds, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      (all, order) => {
        const results = all.map((each, layer) => result(layer, each));
        const shuffled = [...results].sort(() => ((order.next().value ?? 0) % 3) - 1);
        let product = 1;
        const found = ratios(shuffled);
        results.forEach((_, layer) => {
          const [vsParent = 1, vsBase] = found[`guest${layer}`] ?? [];
          product *= vsParent;
          expect(vsBase).toBeCloseTo(product, -Math.log10(product) + 6);
        });
      },
    ),
  );
});
