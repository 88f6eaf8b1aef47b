import type { Claim } from './claims.ts';
import { EVIDENCE, type Evidence } from './evidence.ts';
import type { GuestSlot } from './mark-index.ts';
import type { NodeFacts } from './node-facts.ts';
import type { Settlement } from './settle-node.ts';

export interface Match {
  readonly slot: GuestSlot;
  readonly by: Evidence;
}

interface Open {
  readonly node: string;
  readonly slots: readonly GuestSlot[];
}

/**
 * Finds for each node the guest of another node that it is. What was accepted before stays. Then each kind of evidence is
 * exhausted before the next weaker one is looked at. Nothing is guessed: a node that could be several guests, or shares
 * its only one with another node, gets none, until others are matched and leave one choice.
 * @param fixed node id → parent that a person configured
 * @returns by node id, its match or why it has none although something spoke for one; and the guests that nobody is
 */
export function matchNodes(
  nodes: readonly NodeFacts[],
  slots: readonly GuestSlot[],
  settled: ReadonlyMap<string, Settlement>,
  fixed: ReadonlyMap<string, string>,
) {
  const matches = new Map<string, Match>();
  const ambiguous = new Map<string, string>();
  const taken = new Set<GuestSlot>();
  const believedOf = (node: string): readonly Claim[] => settled.get(node)?.believed ?? [];

  const isBelow = (node: string, ancestor: string): boolean => {
    let at: string | undefined = node;
    for (let steps = 0; at !== undefined && steps <= nodes.length; steps += 1) {
      if (at === ancestor) return true;
      at = matches.get(at)?.slot.parent ?? fixed.get(at);
    }
    return false;
  };
  const isFree = (node: string, slot: GuestSlot) => !taken.has(slot) && !isBelow(slot.parent, node);
  /** Nodes without a match that have claims by this evidence, with what is claimed. */
  const openBy = (by: Evidence): Open[] =>
    nodes.flatMap(({ node }) => {
      if (matches.has(node)) return [];
      const slots = believedOf(node).flatMap((each) => (each.by === by ? [each.slot] : []));
      return slots.length === 0 ? [] : [{ node, slots }];
    });
  const choicesOf = ({ node, slots }: Open): GuestSlot[] =>
    matches.has(node) ? [] : slots.filter((slot) => isFree(node, slot));
  const match = (node: string, { slot, by }: Match) => {
    matches.set(node, { slot, by });
    taken.add(slot);
  };
  /** A node whose parent was accepted stays there, also where another pretends to be the same guest. */
  const matchAccepted = (node: string): void => {
    const open = believedOf(node).filter(({ slot }) => !isBelow(slot.parent, node));
    const best = EVIDENCE.flatMap((by) => open.filter((each) => each.by === by));
    const chosen = best.find(({ slot }) => !taken.has(slot)) ?? best[0];
    if (chosen !== undefined) match(node, chosen);
  };
  /** Matches the nodes that have one choice which nobody shares. @returns false when there was none */
  const matchSingles = (open: readonly Open[], by: Evidence): boolean => {
    const singles = open.flatMap((each) => {
      const [slot, ...others] = choicesOf(each);
      return slot === undefined || others.length > 0 ? [] : [{ node: each.node, slot }];
    });
    const before = matches.size;
    const wanted = new Map<GuestSlot, number>();
    for (const { slot } of singles) wanted.set(slot, (wanted.get(slot) ?? 0) + 1);
    for (const { node, slot } of singles) {
      if (wanted.get(slot) === 1 && isFree(node, slot)) match(node, { slot, by });
    }
    return matches.size > before;
  };

  for (const { node } of nodes) if (settled.get(node)?.sticks === true) matchAccepted(node);
  for (const by of EVIDENCE) {
    const open = openBy(by);
    while (matchSingles(open, by));
    for (const each of open) {
      const choices = choicesOf(each);
      if (choices.length > 0 && !ambiguous.has(each.node)) ambiguous.set(each.node, describe(choices, by));
    }
  }
  for (const node of matches.keys()) ambiguous.delete(node);
  return { matches, ambiguous, free: slots.filter((slot) => !taken.has(slot)) };
}

function describe(slots: readonly GuestSlot[], by: Evidence): string {
  const which = slots
    .slice(0, MOST_NAMED)
    .map(({ parent, guest }) => `${guest.guest} of ${parent}`)
    .join(', ');
  return slots.length === 1
    ? `another node claims to be ${which} too (by ${by})`
    : `it could be ${which} (by ${by}): give each guest its own MAC address or UUID, or configure the parent`;
}

const MOST_NAMED = 8;
