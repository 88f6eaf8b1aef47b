import { groupBy } from '@nestwatch/common/group-by';
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

/**
 * Nodes of which it is kept that the same ones claim them: a hostile node that claims thousands, and does not, and does
 * again, must not have thousands of keys written each time.
 */
const MOST_OF_CLAIMANTS = 32;
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

/** By node id; of those that the same nodes claim, the first few. */
export function boundedConflicts(conflicts: readonly Conflict[]): Map<string, Conflict> {
  const groups = groupBy(conflicts, ({ claimants }) => claimants.join(' '));
  const kept = [...groups.values()].flatMap((group) => group.slice(0, MOST_OF_CLAIMANTS));
  return new Map(kept.map((conflict) => [conflict.node, conflict]));
}

/** "a, b, c, d, e and 7 more"; "and many more" where only some are known. */
export function disputedNames(names: readonly string[]): string {
  return names.length < MOST_OF_CLAIMANTS
    ? namesOf(names)
    : `${names.slice(0, MOST_NAMED).join(', ')} and many more`;
}
