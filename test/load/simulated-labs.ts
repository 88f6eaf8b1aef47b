/** One machine of a simulated lab, as its messages' headers describe it. */
export interface SimulatedNode {
  lab: string;
  node: string;
  name: string;
  layer: number;
  /** Node id of the machine that runs it; empty at layer 0. */
  parent: string;
}

/** Machines in each layer of a full lab: one hypervisor, three guests, two guests in each, and some in those. */
const LAYER_SIZES = [1, 3, 6, 10] as const;

/**
 * Labs of four layers and 20 machines each, the last one cut off where `count` ends.
 * @param prefix begins each lab's name, so that several loads can share a server
 */
export function simulatedLabs(count: number, prefix = 'load'): SimulatedNode[] {
  const nodes: SimulatedNode[] = [];
  for (let lab = 0; nodes.length < count; lab += 1) nodes.push(...simulatedLab(`${prefix}-${lab}`));
  return nodes.slice(0, count);
}

function simulatedLab(lab: string): SimulatedNode[] {
  const nodes: SimulatedNode[] = [];
  let above: SimulatedNode[] = [];
  LAYER_SIZES.forEach((size, layer) => {
    const here = Array.from({ length: size }, (_, at): SimulatedNode => {
      const name = `guest${layer}-${at}`;
      return { lab, node: `${lab}-${name}`, name, layer, parent: above[at % above.length]?.node ?? '' };
    });
    nodes.push(...here);
    above = here;
  });
  return nodes;
}
