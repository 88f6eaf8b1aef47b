import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import type { Decision } from './claim-memory.ts';
import type { Conflict } from './conflict.ts';
import type { NodeRecord } from './node-record.ts';
import type { TopologyStore } from './topology-store.ts';

/** What an operator wants: node and parent by id or name. */
export interface WantedDecision {
  readonly lab: string;
  readonly node: string;
  /** "none": nobody who has an agent runs it. */
  readonly parent: string;
  /** Who decides. */
  readonly by: string;
}

/** A conflict as people read it. */
export interface ConflictRecord extends Conflict {
  readonly lab: string;
  readonly name: string;
}

type Known = Pick<
  TopologyStore,
  'records' | 'record' | 'positions' | 'position' | 'decision' | 'putDecision'
>;

/** Says of nobody that it runs a node. */
export const NOBODY = 'none';
const MOST_REJECTED = 64;
const LONGEST_BY = 64;

/** Conflicts that are open, by lab and node. @param lab all labs without */
export function conflictsIn(store: Known, lab?: string): ConflictRecord[] {
  return [...store.positions()]
    .flatMap(({ lab: of, node, conflict }) =>
      conflict === undefined || (lab !== undefined && of !== lab)
        ? []
        : [{ lab: of, name: store.record(of, node)?.name ?? node, ...conflict }],
    )
    .sort((a, b) => a.lab.localeCompare(b.lab) || a.node.localeCompare(b.node));
}

/**
 * Decides who runs a node: the claim of one, and against all others that claim it now.
 * @throws UsageError when there is no such node or no such claim, or when the parent runs on the node
 */
export function decide(store: Known, wanted: WantedDecision, nowUs: number): Decision {
  const { lab, by } = wanted;
  if (!ID_PATTERN.test(lab)) throw new UsageError(`${JSON.stringify(lab)} is not a lab's name`);
  const node = idOf(store, lab, wanted.node);
  const parent = wanted.parent === NOBODY ? '' : idOf(store, lab, wanted.parent);
  const claimants = claimantsOf(store, lab, node);
  if (parent !== '' && !claimants.includes(parent)) {
    const known = claimants.length === 0 ? 'no node does' : `these do: ${claimants.join(', ')}`;
    throw new UsageError(
      `${parent} does not claim ${node}; ${known}. topology.overrides can set any parent (docs/design/topology.md)`,
    );
  }
  if (runsOn(store, lab, parent, node)) throw new UsageError(`${parent} itself runs on ${node}`);
  const rejected = claimants.filter((each) => each !== parent).slice(0, MOST_REJECTED);
  const decision = { lab, node, parent, rejected, atUs: nowUs, by: by.slice(0, LONGEST_BY) };
  store.putDecision(decision);
  return decision;
}

function claimantsOf(store: Known, lab: string, node: string): string[] {
  const { conflict, claims, parent } = store.position(lab, node) ?? {};
  const all = [
    ...(conflict?.claimants ?? []),
    ...(claims?.claimants ?? []).map((each) => each.node),
    ...(claims?.rejected ?? []),
    claims?.accepted?.parent ?? parent ?? '',
  ];
  return [...new Set(all)].filter((each) => each !== '').sort();
}

/** People say names; decisions know ids. */
function idOf(store: Known, lab: string, named: string): string {
  if (store.record(lab, named) !== undefined) return named;
  const ofLab: NodeRecord[] = [...store.records()].filter((record) => record.lab === lab);
  const [found, ...others] = ofLab.filter(({ name }) => name === named);
  if (found === undefined) throw new UsageError(`lab ${lab} has no node ${JSON.stringify(named)}`);
  if (others.length > 0) {
    const ids = [found, ...others].map(({ node }) => node).join(', ');
    throw new UsageError(`several nodes of lab ${lab} are called ${named}: give the id (${ids})`);
  }
  return found.node;
}

function runsOn(store: Known, lab: string, from: string, to: string): boolean {
  const passed = new Set<string>();
  let at: string | undefined = from;
  while (at !== undefined && at !== '' && !passed.has(at)) {
    if (at === to) return true;
    passed.add(at);
    at = store.position(lab, at)?.parent;
  }
  return false;
}
