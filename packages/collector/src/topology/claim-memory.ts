import { defined } from '@nestwatch/common/defined';
import type { Evidence } from './evidence.ts';
import type { NodeFacts } from './node-facts.ts';

/** What is remembered of the claims on one node from one join to the next. Times are µs of the collectors' clock. */
export interface ClaimMemory {
  /** The claim that counts. It stays until its parent gives the node up, or an operator decides. */
  readonly accepted?: AcceptedClaim;
  /** Since when the accepted parent does not list the node any more; absent while it does. */
  readonly unlistedUs?: number;
  /** Nodes that claimed it as well. */
  readonly claimants?: readonly Claimant[];
  /** Nodes whose claims an operator decided against. */
  readonly rejected?: readonly string[];
  /** Time of the current decision. */
  readonly decidedUs?: number;
  /** Since when it stands for itself on something without an agent, in which start of its machine. */
  readonly root?: { readonly sinceUs: number; readonly machineBoot: string };
}

export interface AcceptedClaim {
  /** Node id of the parent. */
  readonly parent: string;
  readonly by: Evidence;
  readonly sinceUs: number;
  /** The start of the node's machine that the parent listed last. */
  readonly machineBoot: string;
  /** When a later start was noticed, of which the parent has not said anything yet. */
  readonly restartedUs?: number;
  /** True where an operator chose it: then what the node says of itself does not count against it. */
  readonly decided?: boolean;
}

/** A node that claimed another while that was somebody else's, or for itself. */
export interface Claimant {
  readonly node: string;
  readonly sinceUs: number;
  /** True when only an operator may let it have the node. */
  readonly doubted?: boolean;
}

/** What an operator decided: who runs a node, or with an empty parent that nobody does. */
export interface Decision {
  readonly lab: string;
  readonly node: string;
  readonly parent: string;
  readonly rejected: readonly string[];
  readonly atUs: number;
  /** Who decided. */
  readonly by: string;
}

const MOST_CLAIMANTS = 16;

/** The first eight digits of the kernel's boot_id: one start of the machine. */
export function machineBootOf({ boot }: Pick<NodeFacts, 'boot'>): string {
  return boot.slice(0, 8);
}

/** The memory with what an operator decided since. */
export function withDecision(
  memory: ClaimMemory,
  node: NodeFacts,
  decision: Decision | undefined,
): ClaimMemory {
  if (decision === undefined || decision.atUs === memory.decidedUs) return memory;
  const { parent, rejected, atUs: decidedUs } = decision;
  if (parent === '') return { rejected, decidedUs };
  const machineBoot = machineBootOf(node);
  return {
    accepted: { parent, by: 'configuration', sinceUs: decidedUs, machineBoot, decided: true },
    rejected,
    decidedUs,
  };
}

/** Notes nodes that claim one which is not theirs. Those that were noted first stay. */
export function withClaimants(
  memory: ClaimMemory,
  claimants: readonly string[],
  found: Omit<Claimant, 'node'>,
): ClaimMemory {
  const known = memory.claimants ?? [];
  const added = claimants
    .filter((node) => known.every((each) => each.node !== node))
    .map((node) => ({ node, ...found }));
  if (added.length === 0) return memory;
  return { ...memory, claimants: [...known, ...added].slice(0, MOST_CLAIMANTS) };
}

/** A claimant as it was noted; undefined when it claims for the first time. */
export function claimantOf({ claimants = [] }: ClaimMemory, node: string): Claimant | undefined {
  const known = claimants.find((each) => each.node === node);
  // Where this many claim one node that not all are remembered, none of them is new.
  return known ?? (claimants.length < MOST_CLAIMANTS ? undefined : { node, sinceUs: 0, doubted: true });
}

/**
 * The memory once a parent's claim counts.
 * @param parentSeenUs when the parent was heard of last: what it lists is as old as that
 */
export function withAccepted(
  memory: ClaimMemory,
  node: NodeFacts,
  claim: { readonly parent: string; readonly by: Evidence; readonly parentSeenUs: number },
  nowUs: number,
): ClaimMemory {
  const { accepted, claimants = [], unlistedUs: _unlisted, root: _root, ...rest } = memory;
  const { parent, by } = claim;
  const others = claimants.filter((each) => each.node !== parent);
  const same = accepted?.parent === parent ? accepted : undefined;
  return {
    ...rest,
    accepted: {
      ...defined({ decided: same?.decided }),
      ...{ parent, by, sinceUs: same?.sinceUs ?? nowUs },
      ...startListed(same, machineBootOf(node), claim.parentSeenUs, nowUs),
    },
    ...(others.length > 0 && { claimants: others }),
  };
}

function startListed(before: AcceptedClaim | undefined, machineBoot: string, seenUs: number, nowUs: number) {
  if (before === undefined || before.machineBoot === machineBoot) return { machineBoot };
  const restartedUs = before.restartedUs ?? nowUs;
  return seenUs > restartedUs ? { machineBoot } : { machineBoot: before.machineBoot, restartedUs };
}

/** The memory of a node that stands for itself. */
export function withRoot(memory: ClaimMemory, node: NodeFacts, nowUs: number): ClaimMemory {
  const machineBoot = machineBootOf(node);
  if (memory.root?.machineBoot === machineBoot) return memory;
  return { ...memory, root: { sinceUs: nowUs, machineBoot } };
}
