import { type ClaimMemory, type Decision, withDecision } from './claim-memory.ts';
import type { Claim } from './claims.ts';
import { type Conflict, conflictOf, parentsOf } from './conflict.ts';
import { isProof } from './evidence.ts';
import type { NodeFacts } from './node-facts.ts';
import { type Settlement, type Surrounding, settleNode } from './settle-node.ts';

/** What is remembered of a lab. */
export interface Past {
  memoryOf(node: string): ClaimMemory | undefined;
  decisionOf(node: string): Decision | undefined;
}

export const NO_PAST: Past = { memoryOf: () => undefined, decisionOf: () => undefined };

interface Judged {
  readonly node: NodeFacts;
  readonly memory: ClaimMemory;
  readonly claims: readonly Claim[];
  /** Proofs that something speaks against, and what does. */
  readonly refused: readonly { readonly claim: Claim; readonly why: string }[];
  /** Nodes that claim it and that an operator decided against. */
  readonly rejected: readonly string[];
}

/**
 * Decides for a whole lab which claims may be true: what node and parent both say, what was accepted before, and what an
 * operator decided. No node gets a parent that runs on it.
 * @param fixed node id → parent that a person configured; nothing else counts for such a node
 */
export function settleClaims(
  nodes: readonly NodeFacts[],
  claims: ReadonlyMap<string, readonly Claim[]>,
  fixed: ReadonlyMap<string, string>,
  past: Past,
  lab: Surrounding,
): ReadonlyMap<string, Settlement> {
  const memories = new Map(
    nodes.map((node) => [
      node.node,
      withDecision(past.memoryOf(node.node) ?? {}, node, past.decisionOf(node.node)),
    ]),
  );
  const parentOf = (node: string) => fixed.get(node) ?? memories.get(node)?.accepted?.parent;
  const settled = new Map<string, Settlement>();
  for (const node of nodes) {
    const memory = memories.get(node.node) ?? {};
    const mine = claims.get(node.node) ?? [];
    const isFixed = fixed.has(node.node);
    const runsOn = (parent: string) => leadsTo(parent, node.node, parentOf, nodes.length);
    settled.set(
      node.node,
      isFixed ? { believed: mine, memory } : settleOne(judge(node, mine, memory, runsOn), lab),
    );
  }
  return withoutCircles(settled, parentOf);
}

/** Takes out what speaks against itself: a claim by a node that runs on this one, or that the node's own word denies. */
function judge(
  node: NodeFacts,
  all: readonly Claim[],
  memory: ClaimMemory,
  runsOn: (parent: string) => boolean,
): Judged {
  const { accepted, rejected = [] } = memory;
  const whyNot = ({ slot, denied, outgrown }: Claim): string | undefined => {
    const isAccepted = slot.parent === accepted?.parent;
    if (isAccepted) return accepted.decided === true ? undefined : denied;
    return denied ?? (runsOn(slot.parent) ? `${slot.parent} runs on it` : outgrown);
  };
  const isRejected = ({ slot }: Claim) => slot.parent !== accepted?.parent && rejected.includes(slot.parent);
  const open = all.filter((claim) => !isRejected(claim));
  const judged = open.map((claim) => ({ claim, why: whyNot(claim) }));
  return {
    node,
    memory,
    claims: judged.flatMap(({ claim, why }) => (why === undefined ? [claim] : [])),
    rejected: parentsOf(all.filter(isRejected)),
    refused: judged.flatMap(({ claim, why }) =>
      why === undefined || !isProof(claim.by) ? [] : [{ claim, why }],
    ),
  };
}

function settleOne({ node, memory, claims, refused, rejected }: Judged, lab: Surrounding): Settlement {
  const settled = settleNode(node, claims, memory, lab);
  const { accepted } = memory;
  const [first] = refused;
  if (first === undefined) {
    // Who was decided against is of interest again once the one that was chosen does not list the node.
    const isOpen = settled.believed.length === 0 && accepted !== undefined && rejected.length > 0;
    if (!isOpen || settled.conflict !== undefined) return settled;
    const reason = `the accepted parent ${accepted.parent} no longer lists it`;
    return { ...settled, conflict: conflictOf(undefined, rejected, reason) };
  }
  const believed = settled.conflict?.claimants ?? [];
  const others = [...believed, ...parentsOf(refused.map(({ claim }) => claim))];
  const reason = settled.conflict?.reason ?? `${first.claim.slot.parent} claims it, and ${first.why}`;
  const isListed = claims.some(({ slot }) => slot.parent === accepted?.parent);
  return { ...settled, conflict: conflictOf(isListed ? accepted?.parent : undefined, others, reason) };
}

/** Claims that lead from a node back to itself are all refused: none of them is more likely than another. */
function withoutCircles(
  settled: ReadonlyMap<string, Settlement>,
  parentOf: (node: string) => string | undefined,
): ReadonlyMap<string, Settlement> {
  const wanted = new Map<string, string>();
  for (const [node, { believed, sticks }] of settled) {
    const [only, ...others] = parentsOf(believed.filter(({ by }) => by !== 'default-mac'));
    if (sticks !== true && only !== undefined && others.length === 0) wanted.set(node, only);
  }
  const above = (node: string) => wanted.get(node) ?? parentOf(node);
  const result = new Map(settled);
  for (const [node, parent] of wanted) {
    const settlement = settled.get(node);
    if (settlement === undefined || !leadsTo(parent, node, above, settled.size)) continue;
    const conflict: Omit<Conflict, 'node'> = conflictOf(
      undefined,
      [parent],
      `it and ${parent} claim to run each other`,
    );
    result.set(node, { believed: [], memory: settlement.memory, conflict });
  }
  return result;
}

function leadsTo(
  from: string,
  to: string,
  parentOf: (node: string) => string | undefined,
  most: number,
): boolean {
  let at: string | undefined = from;
  for (let steps = 0; at !== undefined && steps <= most; steps += 1) {
    if (at === to) return true;
    at = parentOf(at);
  }
  return false;
}
