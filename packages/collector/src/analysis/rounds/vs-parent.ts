import type { Comparable } from '../../read/result.ts';
import { ratioOf, sameRounds } from './pairing.ts';

/**
 * How many times as long a node took as another (its parent, or layer 0 above it): time here / time there, 2 is twice
 * as slow. One ratio for each round that both measured alike, oldest first; none where they share no round. Page, report,
 * table of a round and alerts all draw on this pairing, so that they say the same of the same results.
 */
export function ratiosTo(own: readonly Comparable[], theirs: readonly Comparable[]): number[] {
  return sameRounds(own, theirs)
    .sort(([a], [b]) => a.timeUs - b.timeUs)
    .map(([mine, partner]) => ratioOf(mine, partner));
}
