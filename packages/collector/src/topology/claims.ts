import { defined } from '@nestwatch/common/defined';
import { denialOf, outgrownBy } from './denial.ts';
import { type Evidence, evidenceFor } from './evidence.ts';
import { createMarkIndex, type GuestSlot } from './mark-index.ts';
import type { NodeFacts } from './node-facts.ts';

/** A node lists a guest, and a mark of it is one of another node. */
export interface Claim {
  readonly slot: GuestSlot;
  readonly by: Evidence;
  /** Why it cannot be, by what the node says of itself. */
  readonly denied?: string;
  /** The same, of what may have become so while the guest runs. */
  readonly outgrown?: string;
}

/** The parent that was accepted before for a node, and whether by proof. */
export interface AcceptedParent {
  readonly parent: string;
  readonly isProven: boolean;
}

/**
 * Every claim on each node.
 * @param fixed node id → parent that a person configured: only that one's claims are of interest then
 * @returns by node id; `crowded` are the nodes that share a mark with this many others that it was not looked at
 */
export function findClaims(
  nodes: readonly NodeFacts[],
  slots: readonly GuestSlot[],
  fixed: ReadonlyMap<string, string>,
  acceptedOf: (node: string) => AcceptedParent | undefined,
) {
  const slotsNear = createMarkIndex(nodes, slots);
  const claims = new Map<string, readonly Claim[]>();
  const crowded = new Set<string>();
  for (const node of nodes) {
    const [fixedParent, accepted] = [fixed.get(node.node), acceptedOf(node.node)];
    const parents = [fixedParent, accepted?.parent].filter((each) => each !== undefined);
    const { near, isCrowded } = slotsNear(node, parents, accepted?.isProven === true);
    claims.set(node.node, claimsOn(node, near, fixedParent));
    if (isCrowded) crowded.add(node.node);
  }
  return { claims, crowded };
}

function claimsOn(node: NodeFacts, near: ReadonlySet<GuestSlot>, fixedParent: string | undefined): Claim[] {
  return [...near].flatMap((slot): Claim[] => {
    if (slot.parent === node.node) return [];
    if (fixedParent !== undefined && slot.parent !== fixedParent) return [];
    const by = evidenceFor(node, slot.guest);
    if (by === undefined) return [];
    if (fixedParent !== undefined) return [{ slot, by }];
    const [denied, outgrown] = [denialOf(node, slot.guest), outgrownBy(node, slot.guest)];
    return [{ slot, by, ...defined({ denied, outgrown }) }];
  });
}
