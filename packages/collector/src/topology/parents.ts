import { defined } from '@nestwatch/common/defined';
import type { NodeFacts } from './node-facts.ts';

/** What a person fixed for one node; it counts more than anything found out. */
export interface Override {
  readonly parent?: string;
  readonly layer?: number;
}

/** What is configured for a lab: by the collector, and by nodes for themselves. */
export interface Configured {
  /** By node id; the collector's where it says something of a node, else the node's own. */
  readonly overrides: ReadonlyMap<string, Override>;
  /** Only what the collector's configuration says: that may move those below a node as well. */
  readonly byCollector: ReadonlyMap<string, Override>;
  /** Node id → parent, without those that would make a circle. */
  readonly fixed: ReadonlyMap<string, string>;
}

export function configuredFor(
  nodes: readonly NodeFacts[],
  collectors: Iterable<readonly [string, Override]>,
): Configured {
  const byCollector = new Map(collectors);
  const own = nodes
    .filter(({ node }) => !byCollector.has(node))
    .map(({ node, configuredParent, configuredLayer }): [string, Override] => [
      node,
      defined({ parent: configuredParent, layer: configuredLayer }),
    ]);
  // The collector's first: of parents that make a circle, the later ones do not count.
  const overrides = new Map([...byCollector, ...own]);
  return { overrides, byCollector, fixed: fixedParents(overrides) };
}

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
