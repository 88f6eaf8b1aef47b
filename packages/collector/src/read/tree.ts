import { byName } from './natural.ts';
import type { KnownNode } from './nodes.ts';

type InTree = Pick<KnownNode, 'node' | 'name' | 'layer' | 'parent'>;

/**
 * The nodes of one lab as a tree: each right below the one that runs it, siblings by name. Who stands on nobody that is
 * known comes by layer, those without a layer last; what is its own ancestor, as after a wrong claim, stands at the end.
 */
export function inTree<N extends InTree>(nodes: readonly N[]): N[] {
  const children = new Map<string | undefined, N[]>();
  const known = new Set(nodes.map(({ node }) => node));
  const sorted = [...nodes].sort(
    (a, b) => (a.layer ?? Infinity) - (b.layer ?? Infinity) || byName(a.name, b.name),
  );
  for (const node of sorted) {
    const parent = node.parent !== undefined && known.has(node.parent) ? node.parent : undefined;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const found = new Set<N>();
  // A stack of its own: a hostile chain is thousands deep.
  const waiting = [...(children.get(undefined) ?? [])].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...[...(children.get(node.node) ?? [])].reverse());
  }
  return [...found, ...sorted.filter((node) => !found.has(node))];
}
