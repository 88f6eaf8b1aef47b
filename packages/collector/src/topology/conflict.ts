import type { Claim } from './claims.ts';

/** Claims on one node that cannot all be true, or that its own word denies, and that nobody decided. */
export interface Conflict {
  readonly node: string;
  /** The parent whose claim counts; absent when none does. */
  readonly accepted?: string;
  /** Every node that claims it, the accepted one among them, sorted; some of them where they are very many. */
  readonly claimants: readonly string[];
  /** One sentence. */
  readonly reason: string;
}

const MOST_CLAIMANTS = 16;
const MOST_NAMED = 5;

/** @param accepted undefined when no claim counts @param others further claimants */
export function conflictOf(
  accepted: string | undefined,
  others: readonly string[],
  reason: string,
): Omit<Conflict, 'node'> {
  const all = new Set([...(accepted === undefined ? [] : [accepted]), ...others]);
  const claimants = [...all].slice(0, MOST_CLAIMANTS).sort();
  return { claimants, reason, ...(accepted !== undefined && { accepted }) };
}

/** Node ids of those that claim, sorted, each once. */
export function parentsOf(claims: readonly Claim[]): string[] {
  return [...new Set(claims.map(({ slot }) => slot.parent))].sort();
}

/** "a and b", "a, b, c, d, e and 7 more". */
export function namesOf(nodes: readonly string[]): string {
  const more = nodes.length - MOST_NAMED;
  return more <= 0 ? nodes.join(' and ') : `${nodes.slice(0, MOST_NAMED).join(', ')} and ${more} more`;
}
