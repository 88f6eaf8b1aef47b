import type { ClaimMemory } from './claim-memory.ts';
import { claimantOf, machineBootOf, withClaimants } from './claim-memory.ts';
import type { Claim } from './claims.ts';
import { type Conflict, conflictOf, namesOf, parentsOf } from './conflict.ts';
import { type Evidence, isProof } from './evidence.ts';
import type { NodeFacts } from './node-facts.ts';
import { lastSeenUs, TAKEOVER_AFTER_US } from './superseded.ts';

/** What becomes of the claims on one node. */
export interface Settlement {
  /** Claims that may be true. */
  readonly believed: readonly Claim[];
  /** True when they are the accepted parent's: then the node is one of these guests, even if others fit. */
  readonly sticks?: boolean;
  /** Why the node keeps its layer position when the new one is unknown. */
  readonly held?: string;
  readonly conflict?: Omit<Conflict, 'node'>;
  readonly memory: ClaimMemory;
}

/** What is to be known of the lab. */
export interface Surrounding {
  readonly nowUs: number;
  facts(node: string): NodeFacts | undefined;
}

/** A node that was heard of so lately lives: others are noted as seen every five minutes. */
const ALIVE_WITHIN_US = 6 * 60e6;
/** A node whose parent does not list it lives on for so long: it is not on its way down there. */
const LIVES_ON_US = 60e6;
/** What is younger than this is new: agents of a lab start together, and are heard of one after the other. */
const NEW_FOR_US = 2 * 60e6;

const isChosen = (by: Evidence) => by !== 'default-mac';

/**
 * Decides which claims on a node may be true. The accepted one stays while its parent lists the node. When that gives the
 * node up, one other may take over; who claimed the node before only once the node is seen to live without its parent.
 * @param claims on this node that neither it, nor an operator, nor the shape of the tree speaks against
 */
export function settleNode(
  node: NodeFacts,
  claims: readonly Claim[],
  memory: ClaimMemory,
  lab: Surrounding,
): Settlement {
  const { accepted } = memory;
  if (accepted === undefined) return settleNew(node, claims, memory, lab);
  const own = claims.filter(({ slot }) => slot.parent === accepted.parent);
  const others = claims.filter(({ slot }) => slot.parent !== accepted.parent);
  if (own.length === 0) return settleUnlisted(node, others, memory, lab);
  const { unlistedUs: _unlisted, ...listed } = memory;
  const successors = others.filter(({ slot }) => follows(slot.parent, accepted.parent, node, memory, lab));
  if (successors.length > 0) return settleNew(node, successors, listed, lab);
  if (isGuessOutdated(own, others, memory, lab)) return settleNew(node, claims, listed, lab);
  const isGuess = own.every(({ by }) => !isProof(by)) && accepted.decided !== true;
  const current = freshest([...own, ...others], lab).filter((claim) => others.includes(claim));
  const rivals = parentsOf(current.filter(({ by }) => (isGuess ? isChosen(by) : isProof(by))));
  const noted = withClaimants(listed, rivals, { sinceUs: lab.nowUs });
  const settled = { believed: own, sticks: true, memory: noted };
  if (rivals.length === 0) return settled;
  const reason = `${namesOf(rivals)} also claims it, but the claim of ${accepted.parent} was accepted first`;
  return { ...settled, conflict: conflictOf(accepted.parent, rivals, reason) };
}

/** Nobody's claim was accepted so far. */
function settleNew(
  node: NodeFacts,
  claims: readonly Claim[],
  memory: ClaimMemory,
  lab: Surrounding,
): Settlement {
  const proofs = claims.filter(({ by }) => isProof(by));
  const fresh = freshest(proofs.length > 0 ? proofs : claims, lab);
  const chosen = parentsOf(fresh.filter(({ by }) => isChosen(by)));
  // By addresses that are the same everywhere the lab as a whole is matched, and nothing is guessed.
  if (chosen.length === 0) return { believed: fresh, memory };
  const noted = noteDoubts(node, chosen, memory, lab);
  const open = chosen.filter((parent) => claimantOf(noted, parent)?.doubted !== true);
  const [only] = open;
  if (open.length === 1 && chosen.length === 1) {
    return { believed: fresh.filter(({ slot }) => slot.parent === only), memory: noted };
  }
  const several = chosen.length > 1;
  const reason = several
    ? `${namesOf(chosen)} claim it, so no claim is accepted`
    : `it had no parent while ${chosen[0]}, which now claims it, already reported`;
  const conflict = conflictOf(undefined, chosen, reason);
  return { believed: [], memory: noted, conflict, ...(open.length > 1 && { held: reason }) };
}

/** A node that stood for itself while the other was there cannot have been started there since. */
function noteDoubts(node: NodeFacts, parents: readonly string[], memory: ClaimMemory, lab: Surrounding) {
  const { root } = memory;
  const stood =
    root !== undefined && root.machineBoot === machineBootOf(node) && lab.nowUs - root.sinceUs > NEW_FOR_US;
  const doubted = stood ? parents.filter((parent) => !isNew(parent, lab.nowUs, lab)) : [];
  const noted = withClaimants(memory, doubted, { sinceUs: lab.nowUs, doubted: true });
  return withClaimants(noted, parents, { sinceUs: lab.nowUs });
}

/** The accepted parent does not list the node any more. */
function settleUnlisted(
  node: NodeFacts,
  others: readonly Claim[],
  memory: ClaimMemory,
  lab: Surrounding,
): Settlement {
  const unlistedUs = memory.unlistedUs ?? lab.nowUs;
  const unlisted = { ...memory, unlistedUs };
  if (others.length === 0) return { believed: [], memory: unlisted };
  const noted = withClaimants(unlisted, parentsOf(others.filter(({ by }) => isChosen(by))), {
    sinceUs: lab.nowUs,
  });
  const mayTakeOver = (parent: string) => {
    const sinceUs = claimantOf(noted, parent)?.sinceUs ?? lab.nowUs;
    const seenUs = lastSeenUs(node);
    return sinceUs < unlistedUs ? seenUs >= unlistedUs + LIVES_ON_US : lab.nowUs - seenUs <= ALIVE_WITHIN_US;
  };
  const free = others.filter(({ slot }) => mayTakeOver(slot.parent));
  if (free.length > 0) return settleNew(node, free, noted, lab);
  const waiting = parentsOf(others);
  const held = `${memory.accepted?.parent} no longer lists it, and it has not reported since ${namesOf(waiting)} claims it`;
  return { believed: [], memory: noted, held };
}

/**
 * Whether a node came in the place of an accepted parent that fell silent: it claims the guest since, and the guest was
 * started again since.
 */
function follows(
  parent: string,
  accepted: string,
  node: NodeFacts,
  memory: ClaimMemory,
  lab: Surrounding,
): boolean {
  const [later, earlier] = [lab.facts(parent), lab.facts(accepted)];
  if (later === undefined || earlier === undefined) return false;
  const silentUs = lastSeenUs(later) - lastSeenUs(earlier);
  const sinceUs = claimantOf(memory, parent)?.sinceUs ?? lab.nowUs;
  const wasRestarted = memory.accepted?.machineBoot !== machineBootOf(node);
  return silentUs > TAKEOVER_AFTER_US && sinceUs > lastSeenUs(earlier) && wasRestarted;
}

/** A parent was guessed by an address that is the same everywhere, and a node that fits came into the lab since. */
function isGuessOutdated(
  own: readonly Claim[],
  others: readonly Claim[],
  { accepted }: ClaimMemory,
  lab: Surrounding,
): boolean {
  if (accepted === undefined || accepted.decided || own.some(({ by }) => isChosen(by))) return false;
  return others.some(({ slot }) => isNew(slot.parent, accepted.sinceUs, lab));
}

/** Whether a node was first heard of since, or shortly before. */
function isNew(node: string, sinceUs: number, lab: Surrounding): boolean {
  const firstSeenUs = lab.facts(node)?.firstSeenUs;
  return firstSeenUs === undefined || firstSeenUs >= sinceUs - NEW_FOR_US;
}

/** A guest that moved is still on the list of a former parent that fell silent before it could take it off. */
function freshest(claims: readonly Claim[], lab: Surrounding): readonly Claim[] {
  const seen = ({ slot }: Claim) => {
    const facts = lab.facts(slot.parent);
    return facts === undefined ? 0 : lastSeenUs(facts);
  };
  const latest = Math.max(...claims.map(seen));
  return claims.filter((claim) => latest - seen(claim) <= TAKEOVER_AFTER_US);
}
