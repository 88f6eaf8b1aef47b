import { denialOf, outgrownBy } from './denial.ts';
import { type Evidence, evidenceFor } from './evidence.ts';
import { type GuestFacts, isDefaultMac, type NodeFacts } from './node-facts.ts';

/** One guest of one parent: a node may be it, and then nobody else is. */
export interface GuestSlot {
  readonly parent: string;
  readonly guest: GuestFacts;
}

/** A node lists a guest, and a mark of it is one of another node. */
export interface Claim {
  readonly slot: GuestSlot;
  readonly by: Evidence;
  /** Why it cannot be, by what the node says of itself. */
  readonly denied?: string;
  /** The same, of what may have become so while the guest runs. */
  readonly outgrown?: string;
}

/** By mark, then by parent. */
type SlotsByMark = ReadonlyMap<string, ReadonlyMap<string, readonly GuestSlot[]>>;

/** Guests of one parent that share a mark: of more, none can be told from the others. */
const MOST_OF_MARK = 8;
const MOST_OF_DEFAULT_MAC = 16;

/**
 * Every claim on each node. Looked up by what they share: a lab may have thousands of nodes, and one of them may list
 * thousands of guests.
 * @param fixed node id → parent that a person configured: only that one's claims are of interest then
 * @param provenParentOf the parent whose claim on a node was accepted by proof: an address that machines everywhere have
 *   says nothing then of others
 */
export function findClaims(
  nodes: readonly NodeFacts[],
  slots: readonly GuestSlot[],
  fixed: ReadonlyMap<string, string>,
  provenParentOf: (node: string) => string | undefined,
): ReadonlyMap<string, readonly Claim[]> {
  const byMark = slotsByMark(slots);
  return new Map(
    nodes.map((node) => {
      const near = slotsNear(node, byMark, provenParentOf(node.node));
      return [node.node, claimsOn(node, near, fixed.get(node.node))];
    }),
  );
}

function slotsNear(node: NodeFacts, byMark: SlotsByMark, provenParent: string | undefined): Set<GuestSlot> {
  const near = new Set<GuestSlot>();
  for (const mark of new Set([node.smbiosUuid, ...node.macs, node.hostName, node.node, node.name])) {
    const ofMark = byMark.get(mark);
    const isOfAll = provenParent !== undefined && isDefaultMac(mark);
    const lists = isOfAll ? [ofMark?.get(provenParent) ?? []] : (ofMark?.values() ?? []);
    for (const slots of lists) for (const slot of slots) near.add(slot);
  }
  return near;
}

function claimsOn(node: NodeFacts, near: ReadonlySet<GuestSlot>, fixedParent: string | undefined): Claim[] {
  return [...near].flatMap((slot) => {
    if (slot.parent === node.node) return [];
    const by = evidenceFor(node, slot.guest);
    if (by === undefined) return [];
    if (fixedParent !== undefined) return slot.parent === fixedParent ? [{ slot, by }] : [];
    const [denied, outgrown] = [denialOf(node, slot.guest), outgrownBy(node, slot.guest)];
    return [
      { slot, by, ...(denied !== undefined && { denied }), ...(outgrown !== undefined && { outgrown }) },
    ];
  });
}

function slotsByMark(slots: readonly GuestSlot[]): SlotsByMark {
  const byMark = new Map<string, Map<string, GuestSlot[]>>();
  for (const slot of slots) {
    const { uuid, macs, guest } = slot.guest;
    for (const mark of new Set([uuid, guest, ...macs.map(({ mac }) => mac)])) {
      if (mark === '') continue;
      const ofMark = byMark.get(mark) ?? new Map<string, GuestSlot[]>();
      byMark.set(mark, ofMark);
      const ofParent = ofMark.get(slot.parent) ?? [];
      ofMark.set(slot.parent, ofParent);
      if (ofParent.length < (isDefaultMac(mark) ? MOST_OF_DEFAULT_MAC : MOST_OF_MARK)) ofParent.push(slot);
    }
  }
  return byMark;
}
