import { defined } from '@nestwatch/common/defined';
import type { Evidence } from './evidence.ts';
import type { LayerPosition } from './layer-position.ts';
import type { Match } from './match.ts';
import type { NodeFacts } from './node-facts.ts';
import type { Configured } from './parents.ts';
import { ROOTS, rootOf } from './roots.ts';
import type { Settlement } from './settle-node.ts';

interface Found extends Configured {
  readonly matches: ReadonlyMap<string, Match>;
  readonly ambiguous: ReadonlyMap<string, string>;
  readonly settled: ReadonlyMap<string, Settlement>;
  readonly nowUs: number;
}

/** No cascade is as deep. */
const DEEPEST_LAYER = 64;

/**
 * Where each node stands. A layer that the collector's configuration fixes counts for those below as well; one that a node
 * fixes for itself counts for it alone.
 */
export function positionsOf(nodes: readonly NodeFacts[], found: Found): Map<string, LayerPosition> {
  const { matches, settled, overrides, byCollector, fixed } = found;
  const byId = new Map(nodes.map((node) => [node.node, node]));
  const positions = new Map<string, LayerPosition>();

  /** Without the layer that the node's own configuration fixes. */
  const positionOf = (node: NodeFacts): LayerPosition => {
    const known = positions.get(node.node);
    if (known !== undefined) return known;
    const match = matches.get(node.node);
    const ofRoot = overrides.get(node.node)?.layer === 0;
    const parent = fixed.get(node.node) ?? (ofRoot ? undefined : match?.slot.parent);
    const by = fixed.has(node.node) ? 'configuration' : match?.by;
    const position = parent === undefined ? rootPosition(node) : childPosition(node.node, parent, by);
    const layer = byCollector.get(node.node)?.layer;
    const placed = layer === undefined ? position : { ...position, layer };
    positions.set(node.node, placed);
    return placed;
  };
  const childPosition = (node: string, parent: string, by: Evidence | undefined): LayerPosition => {
    const guest = matches.get(node)?.slot.guest;
    const above = byId.get(parent);
    const layerAbove = above === undefined ? byCollector.get(parent)?.layer : positionOf(above).layer;
    const named = guest === undefined ? `guest of ${parent}` : `guest ${guest.guest} of ${parent}`;
    return {
      node,
      parent,
      reason: `${named}, by ${by}`,
      ...defined({
        by,
        layer: layerAbove === undefined ? undefined : Math.min(layerAbove + 1, DEEPEST_LAYER),
        guest: guest?.guest,
        startedUs: guest?.startedUs,
        startedWallUs: guest?.startedWallUs,
      }),
    };
  };
  const rootPosition = (node: NodeFacts): LayerPosition => {
    const settlement = settled.get(node.node);
    const root = settlement?.held === undefined ? rootOf(node, found.nowUs) : 'pending';
    const doubt = root === 'pending' ? (settlement?.held ?? found.ambiguous.get(node.node)) : undefined;
    const { layer, reason } = ROOTS[root];
    const under = node.cloud || node.hypervisor || 'an unknown hypervisor';
    const refused = settlement?.conflict === undefined ? '' : `; ${settlement.conflict.reason}`;
    return { node: node.node, root, reason: doubt ?? `${reason(under)}${refused}`, ...defined({ layer }) };
  };

  for (const node of nodes) positionOf(node);
  for (const { node } of nodes) {
    const position = positions.get(node);
    const layer = overrides.get(node)?.layer;
    if (position !== undefined && layer !== undefined) positions.set(node, { ...position, layer });
  }
  return positions;
}
