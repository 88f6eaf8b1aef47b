import { type Duplicate, findDuplicates } from './clones.ts';
import type { Evidence } from './evidence.ts';
import { matchNodes, type Seat } from './match.ts';
import type { NodeView } from './node-facts.ts';
import { ROOT_LAYER, type Root, rootOf, rootReason } from './roots.ts';
import { findSuperseded } from './superseded.ts';

/** Where a node stands in its lab. */
export interface NodePlace {
  readonly node: string;
  /** Depth; undefined until known. */
  readonly layer?: number;
  /** Node id of the parent; undefined at a root and until known. */
  readonly parent?: string;
  /** What it is known by; undefined at a root. */
  readonly by?: Evidence;
  /** What it stands on, at a root. */
  readonly root?: Root;
  /** Its name at its parent, and when it was started there: µs of lab time, and by the parent's own clock. */
  readonly guest?: string;
  readonly startedUs?: number;
  readonly startedWallUs?: number;
  /** One sentence for people. */
  readonly reason: string;
}

/** What a person fixed for one node; it counts more than anything found out. */
export interface Override {
  readonly parent?: string;
  readonly layer?: number;
}

export interface JoinInput {
  /** The latest report of each node of one lab. */
  readonly nodes: readonly NodeView[];
  /** From the collector's configuration; they count more than those of the nodes' own. */
  readonly overrides?: ReadonlyMap<string, Override>;
  readonly nowUs: number;
}

export interface Topology {
  readonly places: ReadonlyMap<string, NodePlace>;
  /** Guests that run and have no agent that reports, or none that could be told. */
  readonly guestsWithoutAgent: readonly Seat[];
  readonly duplicates: readonly Duplicate[];
}

/** Joins what parents say of their guests with what nodes say of themselves into a tree. Pure: same input, same tree. */
export function joinTopology(input: JoinInput): Topology {
  const { current: nodes, superseded } = findSuperseded(input.nodes);
  const overrides = new Map([...nodes.map(configuredAtNode), ...(input.overrides ?? [])]);
  const fixed = fixedParents(overrides);
  const matching = matchNodes(nodes, fixed);
  const views = new Map(nodes.map((node) => [node.node, node]));
  const places = new Map<string, NodePlace>();

  const placeOf = (node: NodeView): NodePlace => {
    const known = places.get(node.node);
    if (known !== undefined) return known;
    const match = matching.matches.get(node.node);
    const override = overrides.get(node.node);
    const parent = fixed.get(node.node) ?? (override?.layer === 0 ? undefined : match?.seat.parent);
    const place =
      parent === undefined
        ? rootPlace(node)
        : childPlace(node.node, parent, fixed.has(node.node) ? 'configuration' : match?.by);
    const settled = override?.layer === undefined ? place : { ...place, layer: override.layer };
    places.set(node.node, settled);
    return settled;
  };
  const childPlace = (node: string, parent: string, by: Evidence | undefined): NodePlace => {
    const seat = matching.matches.get(node)?.seat;
    const above = views.get(parent);
    const aboveLayer = above === undefined ? overrides.get(parent)?.layer : placeOf(above).layer;
    return {
      node,
      parent,
      reason:
        seat === undefined
          ? `guest of ${parent}, by ${by}`
          : `guest ${seat.guest.guest} of ${parent}, by ${by}`,
      ...(by !== undefined && { by }),
      ...(aboveLayer !== undefined && { layer: aboveLayer + 1 }),
      ...(seat !== undefined && { guest: seat.guest.guest }),
      ...(seat?.guest.startedUs !== undefined && { startedUs: seat.guest.startedUs }),
      ...(seat?.guest.startedWallUs !== undefined && { startedWallUs: seat.guest.startedWallUs }),
    };
  };
  const rootPlace = (node: NodeView): NodePlace => {
    const root = rootOf(node, input.nowUs);
    const layer = ROOT_LAYER[root];
    const doubt = root === 'pending' ? matching.ambiguous.get(node.node) : undefined;
    return {
      node: node.node,
      root,
      reason: doubt ?? rootReason(node, root),
      ...(layer !== undefined && { layer }),
    };
  };

  for (const node of nodes) placeOf(node);
  for (const [node, by] of superseded) {
    places.set(node, { node, reason: `${by} reports as the same machine, and this one does not any more` });
  }
  return { places, guestsWithoutAgent: matching.free, duplicates: findDuplicates(nodes) };
}

function configuredAtNode({ node, configuredParent, configuredLayer }: NodeView): [string, Override] {
  return [
    node,
    {
      ...(configuredParent !== undefined && { parent: configuredParent }),
      ...(configuredLayer !== undefined && { layer: configuredLayer }),
    },
  ];
}

/** Configured parents, without those that would make a circle. */
function fixedParents(overrides: ReadonlyMap<string, Override>): Map<string, string> {
  const fixed = new Map<string, string>();
  for (const [node, { parent }] of overrides) {
    if (parent === undefined || parent === '') continue;
    let at: string | undefined = parent;
    while (at !== undefined && at !== node) at = fixed.get(at);
    if (at === undefined) fixed.set(node, parent);
  }
  return fixed;
}
