/** Where a node stands in its lab, as far as it knows. */
export interface LayerPosition {
  readonly layer?: number;
  /** The node on which it runs; empty at layer 0 and until known. */
  readonly parent: string;
}

interface Placed extends Partial<LayerPosition> {
  readonly node: string;
}

/**
 * Layers that a packet passes between two nodes of a lab: up to the layer that both stand on, and down again. Where
 * parents are not known, the difference of the layers; undefined when not even these are.
 */
export function distanceLayers(from: Placed, to: Placed, all: readonly Placed[]): number | undefined {
  if (from.node === to.node) return 0;
  const up = ancestors(from, all);
  const down = ancestors(to, all);
  const meeting = up.findIndex((node) => down.includes(node));
  if (meeting >= 0) return meeting + down.indexOf(up[meeting] ?? '');
  if (from.layer === undefined || to.layer === undefined) return undefined;
  return Math.abs(from.layer - to.layer);
}

/** The node itself, its parent, and so on; ends where the parent is unknown or the nodes form a circle. */
function ancestors(from: Placed, all: readonly Placed[]): string[] {
  const chain: string[] = [];
  for (let at: Placed | undefined = from; at !== undefined && !chain.includes(at.node); ) {
    chain.push(at.node);
    const parent: string = at.parent ?? '';
    if (parent === '') break;
    at = all.find((each) => each.node === parent) ?? { node: parent };
  }
  return chain;
}
