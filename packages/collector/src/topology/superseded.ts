import type { NodeView } from './node-facts.ts';

/** Of two that say to be the same, one that was silent for so much longer is what the other was before. */
export const SILENT_US = 15 * 60e6;

export interface Superseded {
  /** Nodes that count, sorted by id. */
  readonly current: readonly NodeView[];
  /** Node id → the node that came in its place. */
  readonly superseded: ReadonlyMap<string, string>;
}

/**
 * A machine that was installed anew or got another id in its configuration comes back as another node. The silent one
 * must not claim its place, nor be told as a clone.
 */
export function findSuperseded(nodes: readonly NodeView[]): Superseded {
  const sorted = [...nodes].sort((one, two) => (one.node < two.node ? -1 : 1));
  const latest = new Map<string, NodeView>();
  for (const node of sorted) {
    for (const mark of marksOf(node)) {
      const other = latest.get(mark);
      if (other === undefined || seenUs(other) < seenUs(node)) latest.set(mark, node);
    }
  }
  const superseded = new Map<string, string>();
  for (const node of sorted) {
    for (const mark of marksOf(node)) {
      const other = latest.get(mark);
      if (other !== undefined && seenUs(other) - seenUs(node) > SILENT_US)
        superseded.set(node.node, other.node);
    }
  }
  return { current: sorted.filter(({ node }) => !superseded.has(node)), superseded };
}

const seenUs = (node: NodeView) => node.lastSeenUs ?? node.reportedUs;

function marksOf(node: NodeView): string[] {
  const chosen = node.macs.filter((mac) => !mac.startsWith('52:54:00:12:34:'));
  return [node.smbiosUuid, ...chosen].filter((mark) => mark !== '');
}
