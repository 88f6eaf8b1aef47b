import { type NodeFacts, ownMacs } from './node-facts.ts';

/** Silence after which the identity of a node may be taken over by another that says to be the same machine. */
export const TAKEOVER_AFTER_US = 15 * 60e6;

/**
 * A machine that was installed again or got another id in its configuration comes back as another node. The one that
 * is not heard of any more must not claim its place, nor be told as a clone.
 * @returns the nodes that count, sorted by id, and of the others which node came in their place
 */
export function findSuperseded(nodes: readonly NodeFacts[]) {
  const sorted = [...nodes].sort((one, two) => (one.node < two.node ? -1 : 1));
  const latest = new Map<string, NodeFacts>();
  for (const node of sorted) {
    for (const mark of marksOf(node)) {
      const other = latest.get(mark);
      if (other === undefined || lastSeenUs(other) < lastSeenUs(node)) latest.set(mark, node);
    }
  }
  const superseded = new Map<string, string>();
  for (const node of sorted) {
    for (const mark of marksOf(node)) {
      const other = latest.get(mark);
      if (other !== undefined && came(other, node)) superseded.set(node.node, other.node);
    }
  }
  return { current: sorted.filter(({ node }) => !superseded.has(node)), superseded };
}

/**
 * Whether one node came in the place of another that fell silent. Who was there all along did not: it may say to be the
 * same machine, and is a clone at best.
 */
function came(later: NodeFacts, earlier: NodeFacts): boolean {
  if (lastSeenUs(later) - lastSeenUs(earlier) <= TAKEOVER_AFTER_US) return false;
  return later.presentSinceUs === undefined || later.presentSinceUs >= lastSeenUs(earlier);
}

/** When a node was last heard of, µs of the collectors' clock. */
export function lastSeenUs(node: NodeFacts): number {
  return node.lastSeenUs ?? node.reportedUs;
}

function marksOf(node: NodeFacts): string[] {
  return [node.smbiosUuid, ...ownMacs(node)].filter((mark) => mark !== '');
}
