/** Where a node stands in its lab. */
export interface Place {
  readonly node: string;
  readonly layer?: number | null;
  /** Empty at layer 0 and until known. */
  readonly parent?: string | null;
}

/**
 * Layers that a packet passes between two nodes of a lab: up to the layer that both stand on, and down again. Where
 * parents are not known, the difference of the layers; undefined when not even these are.
 */
export function distanceLayers(from: Place, to: Place, all: readonly Place[]): number | undefined {
  if (from.node === to.node) return 0;
  const up = ancestors(from, all);
  const down = ancestors(to, all);
  const meeting = up.findIndex((node) => down.includes(node));
  if (meeting >= 0) return meeting + down.indexOf(up[meeting] ?? '');
  if (typeof from.layer !== 'number' || typeof to.layer !== 'number') return undefined;
  return Math.abs(from.layer - to.layer);
}

/** The node itself, its parent, and so on; ends where the parent is unknown or the nodes form a circle. */
function ancestors(place: Place, all: readonly Place[]): string[] {
  const chain: string[] = [];
  for (let at: Place | undefined = place; at !== undefined && !chain.includes(at.node); ) {
    chain.push(at.node);
    const parent: string = at.parent ?? '';
    if (parent === '') break;
    at = all.find((each) => each.node === parent) ?? { node: parent };
  }
  return chain;
}
