import { byLayerAndName } from '../../read/cells.ts';
import type { KnownNode } from '../../read/nodes.ts';

/** A node on both sides, or on one of them. */
export interface NodePair {
  readonly before?: KnownNode;
  readonly after?: KnownNode;
}

/**
 * Which node of one side is which of the other: of the same id, else of the same layer and name, else the only one left in
 * its layer. By layer and name.
 */
export function pairNodes(before: readonly KnownNode[], after: readonly KnownNode[]): NodePair[] {
  const left = new Set(before);
  const right = new Set(after);
  const pairs: NodePair[] = [];
  const pairBy = (find: (node: KnownNode) => readonly KnownNode[]) => {
    for (const old of [...left]) {
      const [now, ...others] = find(old);
      if (now === undefined || others.length > 0) continue;
      pairs.push({ before: old, after: now });
      left.delete(old);
      right.delete(now);
    }
  };
  pairBy(({ node }) => [...right].filter((each) => each.node === node));
  pairBy((old) => [...right].filter((each) => each.name === old.name && each.layer === old.layer));
  pairBy((old) =>
    [...left].filter(({ layer }) => layer === old.layer).length === 1
      ? [...right].filter(({ layer }) => layer !== undefined && layer === old.layer)
      : [],
  );
  const alone = [
    ...[...left].map((each) => ({ before: each })),
    ...[...right].map((each) => ({ after: each })),
  ];
  return [...pairs, ...alone].sort((a, b) => byLayerAndName(nodeOf(a), nodeOf(b)));
}

/** The name of the node in texts. */
export function nodeOf({ before, after }: NodePair): KnownNode {
  const known = after ?? before;
  if (known === undefined) throw new Error('a pair has a node');
  return known;
}
