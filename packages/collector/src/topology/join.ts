import { type ClaimMemory, type Decision, withAccepted, withRoot } from './claim-memory.ts';
import { findClaims } from './claims.ts';
import { type Clones, findClones } from './clones.ts';
import { boundedConflicts, type Conflict, conflictOf, parentsOf } from './conflict.ts';
import { isProof } from './evidence.ts';
import type { LayerPosition } from './layer-position.ts';
import type { GuestSlot } from './mark-index.ts';
import { type Match, matchNodes } from './match.ts';
import type { NodeFacts } from './node-facts.ts';
import { configuredFor, type Override } from './parents.ts';
import { positionsOf } from './positions.ts';
import { NO_PAST, type Past, settleClaims } from './settle.ts';
import type { Settlement } from './settle-node.ts';
import { findSuperseded, lastSeenUs } from './superseded.ts';

export type { Override } from './parents.ts';

export interface Topology {
  readonly positions: ReadonlyMap<string, LayerPosition>;
  /** Running guests without a reporting agent, or with an unknown one. */
  readonly guestsWithoutAgent: readonly GuestSlot[];
  readonly clones: readonly Clones[];
  /** By node id; of those that the same nodes claim, some. */
  readonly conflicts: ReadonlyMap<string, Conflict>;
  /** What the next join has to know, by node id. */
  readonly memories: ReadonlyMap<string, ClaimMemory>;
}

const CROWDED =
  'too many guests and nodes share its name or address: give each guest its own MAC address or UUID, or configure the parent';

/**
 * Joins what parents say of their guests with what nodes say of themselves into a tree. Pure: same input, same tree.
 * @param reported the latest facts of each node of one lab
 * @param nowUs the collector's clock
 * @param configured by the collector's configuration; counts more than what the nodes' own says
 * @param past what was found before, and what an operator decided
 */
export function joinTopology(
  reported: readonly NodeFacts[],
  nowUs: number,
  configured: Iterable<readonly [string, Override]> = [],
  past: Past = NO_PAST,
): Topology {
  const { current: nodes, superseded } = findSuperseded(reported);
  const byId = new Map(nodes.map((node) => [node.node, node]));
  const settings = configuredFor(nodes, configured);
  const { fixed } = settings;
  const slots = nodes.flatMap((parent) => parent.guests.map((guest) => ({ parent: parent.node, guest })));
  const lab = { nowUs, facts: (node: string) => byId.get(node) };
  const acceptedOf = (node: string) => acceptedIn(past.memoryOf(node), past.decisionOf(node));
  const { claims, crowded } = findClaims(nodes, slots, fixed, acceptedOf);
  const settled = settleClaims(nodes, claims, fixed, past, lab);
  const { matches, ambiguous, free } = matchNodes(nodes, slots, settled, fixed);
  for (const node of crowded) {
    if (!matches.has(node) && !ambiguous.has(node)) ambiguous.set(node, CROWDED);
  }
  const positions = positionsOf(nodes, { ...settings, matches, ambiguous, settled, nowUs });

  const conflicts: Conflict[] = [];
  const memories = new Map<string, ClaimMemory>();
  for (const node of nodes) {
    const settlement = settled.get(node.node) ?? { believed: [], memory: {} };
    const conflict = conflictIn(node, settlement, ambiguous.get(node.node));
    if (conflict !== undefined && settings.overrides.get(node.node)?.layer !== 0) conflicts.push(conflict);
    const match = fixed.has(node.node) ? undefined : matches.get(node.node);
    const root = positions.get(node.node)?.root;
    memories.set(node.node, memoryAfter(node, settlement, match, root, lab));
  }
  for (const [node, by] of superseded) {
    const reason = `${by} reports as the same machine, and this one no longer reports`;
    positions.set(node, { node, reason });
    const memory = past.memoryOf(node);
    if (memory !== undefined) memories.set(node, memory);
  }
  return {
    positions,
    guestsWithoutAgent: free,
    clones: findClones(nodes),
    conflicts: boundedConflicts(conflicts),
    memories,
  };
}

function acceptedIn(memory: ClaimMemory | undefined, decision: Decision | undefined) {
  const { accepted, decidedUs } = memory ?? {};
  // A decision that was not looked at yet will be the one that counts.
  const parent = decision !== undefined && decision.atUs !== decidedUs ? decision.parent : accepted?.parent;
  if (parent === undefined || parent === '') return undefined;
  return { parent, isProven: parent === accepted?.parent && isProof(accepted.by) };
}

/** Also where several nodes say to be the guest that one parent lists. */
function conflictIn(
  { node }: NodeFacts,
  { conflict, believed }: Settlement,
  ambiguous: string | undefined,
): Conflict | undefined {
  if (conflict !== undefined) return { node, ...conflict };
  const proofs = believed.filter(({ by }) => isProof(by));
  if (ambiguous === undefined || proofs.length !== 1) return undefined;
  return { node, ...conflictOf(undefined, parentsOf(proofs), ambiguous) };
}

function memoryAfter(
  node: NodeFacts,
  { memory }: Settlement,
  match: Match | undefined,
  root: LayerPosition['root'],
  lab: { readonly nowUs: number; facts(node: string): NodeFacts | undefined },
): ClaimMemory {
  if (match !== undefined) {
    const { parent } = match.slot;
    const facts = lab.facts(parent);
    const parentSeenUs = facts === undefined ? 0 : lastSeenUs(facts);
    return withAccepted(memory, node, { parent, by: match.by, parentSeenUs }, lab.nowUs);
  }
  return root === 'opaque' || root === 'emulated' ? withRoot(memory, node, lab.nowUs) : memory;
}
