import type { GuestNow } from '../read/guests-seen.ts';
import type { JudgedLab, JudgedNode } from './judged-lab.ts';

/** A guest as its parent sees it, and the node that it is. */
export interface GuestSeen {
  readonly parent: JudgedNode;
  /** Its name at the parent. */
  readonly guest: string;
  readonly seen: GuestNow;
  /** Absent where no agent in it reports. */
  readonly node?: JudgedNode;
}

/** What a node's parent sees of it; undefined where it sees nothing, or nothing tells which guest it is. */
export function asGuestOf({ nodes }: Pick<JudgedLab, 'nodes'>, node: JudgedNode): GuestSeen | undefined {
  const parent = nodes.get(node.parent ?? '');
  const guest = node.guestName ?? node.name;
  const seen = parent?.guests?.[guest];
  return parent === undefined || seen === undefined ? undefined : { parent, guest, seen, node };
}

/** A node itself as its parent sees it, and those of its guests that no agent reports from. */
export function guestsToJudge(view: Pick<JudgedLab, 'nodes'>, node: JudgedNode): GuestSeen[] {
  const own = asGuestOf(view, node);
  const inside = [...view.nodes.values()]
    .filter(({ parent }) => parent === node.node)
    .map(({ guestName, name }) => guestName ?? name);
  const others = Object.entries(node.guests ?? {})
    .filter(([guest]) => !inside.includes(guest))
    .map(([guest, seen]) => ({ parent: node, guest, seen }));
  return own === undefined ? others : [own, ...others];
}
