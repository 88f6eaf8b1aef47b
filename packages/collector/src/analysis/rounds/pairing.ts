import type { Comparable } from '../../read/result.ts';

export type Measured<R extends Comparable> = R & { readonly secondsPerUnit: number };

export function isMeasured<R extends Comparable>(result: R): result is Measured<R> {
  return (result.secondsPerUnit ?? 0) > 0;
}

/** The results of some nodes, by what they may be compared under. */
export interface Pairing<R extends Comparable> {
  /** Those that count: of a node that ran a round twice, as after a restart, its last. */
  readonly counted: readonly Measured<R>[];
  /** A node's result of the same round, variant and settings; a transfer's distance is its own, so it has none. */
  partner(result: R, node: string | undefined): Measured<R> | undefined;
}

/** Decides, in one place, which results are measured alike: those of the same round, variant and settings. */
export function createPairing<R extends Comparable>(results: readonly R[]): Pairing<R> {
  const counted = new Map<string, Measured<R>>();
  for (const result of results) {
    if (!isMeasured(result) || !isShared(result)) continue;
    const key = keyOf(result, result.node);
    const known = counted.get(key);
    if (known === undefined || known.timeUs <= result.timeUs) counted.set(key, result);
  }
  return {
    counted: [...counted.values()],
    partner: (result, node) =>
      node === undefined || !isShared(result) ? undefined : counted.get(keyOf(result, node)),
  };
}

/** The results of one node beside those of another of the same rounds, in the order of the first. */
export function sameRounds<R extends Comparable>(
  own: readonly R[],
  theirs: readonly R[],
): (readonly [Measured<R>, Measured<R>])[] {
  const node = theirs[0]?.node;
  const pairing = createPairing(theirs);
  return createPairing(own).counted.flatMap((mine) => {
    const partner = pairing.partner(mine, node);
    return partner === undefined ? [] : [[mine, partner] as const];
  });
}

/** Time here over time there: 2 is twice as slow. */
export function ratioOf(mine: Measured<Comparable>, theirs: Measured<Comparable>): number {
  return mine.secondsPerUnit / theirs.secondsPerUnit;
}

/**
 * How many times as long a node took as another (its parent, or layer 0 above it). One ratio for each round that both
 * measured alike, oldest first; none where they share no round. Page, report, table of a round and alerts all draw on
 * this pairing, so that they say the same of the same results.
 */
export function ratiosTo(own: readonly Comparable[], theirs: readonly Comparable[]): number[] {
  return sameRounds(own, theirs)
    .sort(([a], [b]) => a.timeUs - b.timeUs)
    .map(([mine, partner]) => ratioOf(mine, partner));
}

function isShared({ round, target }: Comparable): boolean {
  return round !== '' && target === '';
}

function keyOf({ round, variant, argumentsHash }: Comparable, node: string): string {
  return [node, round, variant, argumentsHash].join('\0');
}
