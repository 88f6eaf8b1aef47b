import { defined } from '@nestwatch/common/defined';
import { type Clones, findClones } from './clones.ts';
import type { Evidence } from './evidence.ts';
import type { LayerPosition } from './layer-position.ts';
import { type GuestSlot, matchNodes } from './match.ts';
import type { NodeFacts } from './node-facts.ts';
import { ROOTS, rootOf } from './roots.ts';
import { findSuperseded } from './superseded.ts';

/** What a person fixed for one node; it counts more than anything found out. */
export interface Override {
  readonly parent?: string;
  readonly layer?: number;
}

export interface Topology {
  readonly positions: ReadonlyMap<string, LayerPosition>;
  /** Guests that run and have no agent that reports, or none that could be told. */
  readonly guestsWithoutAgent: readonly GuestSlot[];
  readonly clones: readonly Clones[];
}

/**
 * Joins what parents say of their guests with what nodes say of themselves into a tree. Pure: same input, same tree.
 * @param reported the latest facts of each node of one lab
 * @param configured by the collector's configuration; counts more than what the nodes' own says
 */
export function joinTopology(
  reported: readonly NodeFacts[],
  nowUs: number,
  configured: Iterable<[string, Override]> = [],
): Topology {
  const { current: nodes, superseded } = findSuperseded(reported);
  const overrides = new Map([...nodes.map(configuredAtNode), ...configured]);
  const fixed = fixedParents(overrides);
  const matching = matchNodes(nodes, fixed);
  const byId = new Map(nodes.map((node) => [node.node, node]));
  const positions = new Map<string, LayerPosition>();

  const positionOf = (node: NodeFacts): LayerPosition => {
    const known = positions.get(node.node);
    if (known !== undefined) return known;
    const match = matching.matches.get(node.node);
    const override = overrides.get(node.node);
    const parent = fixed.get(node.node) ?? (override?.layer === 0 ? undefined : match?.slot.parent);
    const found =
      parent === undefined
        ? rootPosition(node)
        : childPosition(node.node, parent, fixed.has(node.node) ? 'configuration' : match?.by);
    const position = override?.layer === undefined ? found : { ...found, layer: override.layer };
    positions.set(node.node, position);
    return position;
  };
  const childPosition = (node: string, parent: string, by: Evidence | undefined): LayerPosition => {
    const guest = matching.matches.get(node)?.slot.guest;
    const above = byId.get(parent);
    const layerAbove = above === undefined ? overrides.get(parent)?.layer : positionOf(above).layer;
    const named = guest === undefined ? `guest of ${parent}` : `guest ${guest.guest} of ${parent}`;
    return {
      node,
      parent,
      reason: `${named}, by ${by}`,
      ...defined({
        by,
        layer: layerAbove === undefined ? undefined : layerAbove + 1,
        guest: guest?.guest,
        startedUs: guest?.startedUs,
        startedWallUs: guest?.startedWallUs,
      }),
    };
  };
  const rootPosition = (node: NodeFacts): LayerPosition => {
    const root = rootOf(node, nowUs);
    const doubt = root === 'pending' ? matching.ambiguous.get(node.node) : undefined;
    const { layer, reason } = ROOTS[root];
    const under = node.cloud || node.hypervisor || 'a hypervisor that could not be told';
    return { node: node.node, root, reason: doubt ?? reason(under), ...defined({ layer }) };
  };

  for (const node of nodes) positionOf(node);
  for (const [node, by] of superseded) {
    const reason = `${by} reports as the same machine, and this one does not any more`;
    positions.set(node, { node, reason });
  }
  return { positions, guestsWithoutAgent: matching.free, clones: findClones(nodes) };
}

function configuredAtNode({ node, configuredParent, configuredLayer }: NodeFacts): [string, Override] {
  return [node, defined({ parent: configuredParent, layer: configuredLayer })];
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
