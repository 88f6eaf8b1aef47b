import { defined } from '@nestwatch/common/defined';
import type { NodeState } from '../read/node-state.ts';

/** The nodes that a node's results are compared with. */
export interface References {
  readonly node: string;
  readonly parent?: string;
  /** The node of layer 0 above it; absent at layer 0 and where it does not report. */
  readonly base?: string;
}

/** What each node of a lab is compared with. */
export function referencesOf(nodes: ReadonlyMap<string, NodeState>): References[] {
  return [...nodes.values()].map((node) => {
    const base = [node, ...ancestors(nodes, node)].find(({ layer }) => layer === 0);
    return defined({ node: node.node, parent: node.parent, base: base === node ? undefined : base?.node });
  });
}

/** A node's parents, nearest first. Ends at a parent that does not report. */
export function ancestors<N extends Pick<NodeState, 'node' | 'parent'>>(
  nodes: ReadonlyMap<string, N>,
  node: N,
): N[] {
  const found: N[] = [];
  const seen = new Set([node.node]);
  let parent = nodes.get(node.parent ?? '');
  while (parent !== undefined && !seen.has(parent.node)) {
    found.push(parent);
    seen.add(parent.node);
    parent = nodes.get(parent.parent ?? '');
  }
  return found;
}

/** A node and its parents, nearest first. */
export function lineageOf(references: readonly References[], node: string): string[] {
  const parents = new Map(references.map((each) => [each.node, each.parent]));
  const lineage: string[] = [];
  for (let at: string | undefined = node; at !== undefined && !lineage.includes(at); at = parents.get(at)) {
    lineage.push(at);
  }
  return lineage;
}
