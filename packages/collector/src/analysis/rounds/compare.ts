import { defined } from '@nestwatch/common/defined';
import type { RoundResult } from '../../read/result.ts';
import { createPairing, type Measured, type Pairing, ratioOf } from './pairing.ts';

/** How much slower a node was than its parent and than layer 0, in the same round: time here / time there. */
export interface Slowdown<R extends RoundResult = RoundResult> {
  readonly result: R;
  readonly vsParent?: number;
  readonly vsBase?: number;
  /** True when either side of either ratio was disturbed. */
  readonly disturbed: boolean;
}

/**
 * The slowdowns of rounds as far as their results are there, by the rule of `createPairing`. A node at layer 0 has
 * no parent, and 1 as its `vsBase`.
 * @param isBase whether others may be compared with a node though no parent leads them to it
 */
export function compareRound<R extends RoundResult>(
  results: readonly R[],
  isBase = ({ layer }: R) => layer === 0,
): Slowdown<R>[] {
  const pairing = createPairing(results);
  return pairing.counted.flatMap((result) => {
    const parent = pairing.partner(result, result.parent);
    const base = findBase(result, pairing, isBase);
    if (parent === undefined && base === undefined) return [];
    const disturbed = [result, parent, base].some((each) => (each?.disturbances ?? '') !== '');
    const vsParent = parent && ratioOf(result, parent);
    const vsBase = base && ratioOf(result, base);
    return [{ result, ...defined({ vsParent, vsBase }), disturbed }];
  });
}

/**
 * Up the parents to layer 0; where a parent on the way has no result, the lab's only node at layer 0. None for what
 * stands on an opaque root: the layer 0 of another root is not what it runs on.
 */
function findBase<R extends RoundResult>(
  result: Measured<R>,
  { counted, partner }: Pairing<R>,
  isBase: (result: R) => boolean,
): Measured<R> | undefined {
  const seen = new Set<string>();
  let at: Measured<R> | undefined = result;
  while (at !== undefined && !seen.has(at.node)) {
    if (at.layer === 0) return at;
    seen.add(at.node);
    if (at.parent === 'none') return undefined;
    at = partner(result, at.parent);
  }
  const tops = new Set(counted.filter(isBase).map((each) => each.node));
  const bases = [...tops].flatMap((node) => partner(result, node) ?? []);
  return bases.length === 1 ? bases[0] : undefined;
}
