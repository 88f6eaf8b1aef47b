import { EVIDENCE, type Evidence, evidenceFor } from './evidence.ts';
import type { GuestFacts, NodeFacts } from './node-facts.ts';
import { lastSeenUs, TAKEOVER_AFTER_US } from './superseded.ts';

/** One guest of one parent: a node may be it, and then nobody else is. */
export interface GuestSlot {
  readonly parent: string;
  readonly guest: GuestFacts;
}

interface Match {
  readonly slot: GuestSlot;
  readonly by: Evidence;
}

/**
 * Finds for each node the guest of another node that it is. Each kind of evidence is exhausted before the next weaker
 * one is looked at. Nothing is guessed: a node that could be several guests, or shares its only one with another
 * node, gets none, until others are matched and leave one choice.
 * @param fixed node id → parent that a person configured
 * @returns by node id, its match or why it has none although something spoke for one; and the guests that nobody is
 */
export function matchNodes(nodes: readonly NodeFacts[], fixed: ReadonlyMap<string, string>) {
  const slots = nodes.flatMap((parent) => parent.guests.map((guest) => ({ parent: parent.node, guest })));
  const matches = new Map<string, Match>();
  const ambiguous = new Map<string, string>();
  const taken = new Set<GuestSlot>();
  const candidates = findCandidates(nodes, slots, fixed);
  const seenUs = new Map(nodes.map((node) => [node.node, lastSeenUs(node)]));

  const isBelow = (node: string, ancestor: string): boolean => {
    let at: string | undefined = node;
    for (let steps = 0; at !== undefined && steps <= nodes.length; steps += 1) {
      if (at === ancestor) return true;
      at = matches.get(at)?.slot.parent ?? fixed.get(at);
    }
    return false;
  };
  const isFree = (node: string, slot: GuestSlot) => !taken.has(slot) && !isBelow(slot.parent, node);
  /** Slots that a node without a match could have by this evidence. */
  const choicesOf = (node: string, by: Evidence): GuestSlot[] => {
    if (matches.has(node)) return [];
    const bySuch = (candidates.get(node) ?? []).filter((each) => each.by === by).map(({ slot }) => slot);
    return freshest(
      bySuch.filter((slot) => isFree(node, slot)),
      seenUs,
    );
  };
  /** Matches the nodes that have one choice which nobody shares. @returns false when there was none */
  const matchSingles = (by: Evidence): boolean => {
    const singles = nodes.flatMap(({ node }) => {
      const [slot, ...others] = choicesOf(node, by);
      return slot === undefined || others.length > 0 ? [] : [{ node, slot }];
    });
    const before = matches.size;
    for (const { node, slot } of singles) {
      const rivals = singles.filter((other) => other.slot === slot);
      if (rivals.length > 1 || !isFree(node, slot)) continue;
      matches.set(node, { slot, by });
      taken.add(slot);
    }
    return matches.size > before;
  };

  for (const by of EVIDENCE) {
    while (matchSingles(by));
    for (const { node } of nodes) {
      const choices = choicesOf(node, by);
      if (choices.length > 0 && !ambiguous.has(node)) ambiguous.set(node, describe(choices, by));
    }
  }
  for (const node of matches.keys()) ambiguous.delete(node);
  return { matches, ambiguous, free: slots.filter((slot) => !taken.has(slot)) };
}

/** A guest that moved is still on the list of a former parent that fell silent before it could take it off. */
function freshest(slots: readonly GuestSlot[], seenUs: ReadonlyMap<string, number>): GuestSlot[] {
  const seen = ({ parent }: GuestSlot) => seenUs.get(parent) ?? 0;
  const latest = Math.max(...slots.map(seen));
  return slots.filter((each) => latest - seen(each) <= TAKEOVER_AFTER_US);
}

/** Every slot that something speaks for, by node. Looked up by what they share: a lab may have thousands of nodes. */
function findCandidates(
  nodes: readonly NodeFacts[],
  slots: readonly GuestSlot[],
  fixed: ReadonlyMap<string, string>,
): Map<string, Match[]> {
  const byMark = new Map<string, GuestSlot[]>();
  for (const slot of slots) {
    const { uuid, macs, guest } = slot.guest;
    for (const mark of new Set([uuid, guest, ...macs.map(({ mac }) => mac)])) {
      if (mark !== '') byMark.set(mark, [...(byMark.get(mark) ?? []), slot]);
    }
  }
  const candidatesOf = (node: NodeFacts): Match[] => {
    const marks = [node.smbiosUuid, ...node.macs, node.hostName, node.node, node.name];
    const near = new Set(marks.flatMap((mark) => byMark.get(mark) ?? []));
    const parent = fixed.get(node.node);
    return [...near].flatMap((slot) => {
      if (slot.parent === node.node || (parent !== undefined && slot.parent !== parent)) return [];
      const by = evidenceFor(node, slot.guest);
      return by === undefined ? [] : [{ slot, by }];
    });
  };
  return new Map(nodes.map((node) => [node.node, candidatesOf(node)]));
}

function describe(slots: readonly GuestSlot[], by: Evidence): string {
  const which = slots.map(({ parent, guest }) => `${guest.guest} of ${parent}`).join(', ');
  return slots.length === 1
    ? `another node claims to be ${which} too (by ${by})`
    : `it could be ${which} (by ${by}): give the guests their own MAC addresses or UUIDs, or configure the parent`;
}
