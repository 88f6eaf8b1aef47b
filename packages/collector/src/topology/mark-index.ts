import { type GuestFacts, isDefaultMac, type NodeFacts } from './node-facts.ts';

/** One guest of one parent: a node may be it, and then nobody else is. */
export interface GuestSlot {
  readonly parent: string;
  readonly guest: GuestFacts;
}

/** Guests of one parent that share a mark: with more, they cannot be distinguished. */
const MOST_OF_MARK = 8;
const MOST_OF_DEFAULT_MAC = 16;
/**
 * Nodes times guests that share a mark: with more, such as a thousand machines on QEMU's default address, it tells none of
 * them apart, and to compare each with each would take minutes.
 */
const MOST_PAIRS = 10_000;

interface OfMark {
  nodes: number;
  slots: number;
  readonly byParent: Map<string, GuestSlot[]>;
}

/**
 * Finds the guests that share a mark with a node: a UUID, an address or a name. Looked up by what they share: a lab may have
 * thousands of nodes, and one of them may list thousands of guests.
 */
export function createMarkIndex(nodes: readonly NodeFacts[], slots: readonly GuestSlot[]) {
  const index = new Map<string, OfMark>();
  for (const node of nodes) for (const mark of marksOfNode(node)) addNode(index, mark);
  for (const slot of slots) {
    const { uuid, guest, macs } = slot.guest;
    addSlot(index.get(uuid), uuid, slot);
    addSlot(index.get(guest), guest, slot);
    for (const { mac } of macs) addSlot(index.get(mac), mac, slot);
  }

  /**
   * @param parents whose guests are looked at even if others have the same mark: of those that may be the node's parents, by
   *   what was found before or configured
   * @param isProven one of them was accepted by proof: an address that machines everywhere have says nothing then of others
   * @returns the guests, and whether a mark was left out because very many share it
   */
  return (node: NodeFacts, parents: readonly string[], isProven: boolean) => {
    const near = new Set<GuestSlot>();
    let isCrowded = false;
    for (const mark of marksOfNode(node)) {
      const ofMark = index.get(mark);
      if (ofMark === undefined) continue;
      const isIdle = isProven && isDefaultMac(mark);
      const crowds = !isIdle && ofMark.nodes * ofMark.slots > MOST_PAIRS;
      isCrowded ||= crowds;
      addSlots(near, ofMark.byParent, isIdle || crowds ? parents : ofMark.byParent.keys());
    }
    return { near, isCrowded };
  };
}

function addSlots(near: Set<GuestSlot>, byParent: OfMark['byParent'], parents: Iterable<string>): void {
  for (const parent of parents) for (const slot of byParent.get(parent) ?? []) near.add(slot);
}

function addNode(index: Map<string, OfMark>, mark: string): void {
  const ofMark = index.get(mark);
  if (ofMark === undefined) index.set(mark, { nodes: 1, slots: 0, byParent: new Map() });
  else ofMark.nodes += 1;
}

/** @param ofMark undefined where no node has the mark */
function addSlot(ofMark: OfMark | undefined, mark: string, slot: GuestSlot): void {
  if (ofMark === undefined) return;
  const ofParent = ofMark.byParent.get(slot.parent) ?? [];
  const most = isDefaultMac(mark) ? MOST_OF_DEFAULT_MAC : MOST_OF_MARK;
  // A guest may say the same twice.
  if (ofParent.length >= most || ofParent.at(-1) === slot) return;
  ofParent.push(slot);
  ofMark.byParent.set(slot.parent, ofParent);
  ofMark.slots += 1;
}

function marksOfNode({ smbiosUuid, macs, hostName, node, name }: NodeFacts): Set<string> {
  const marks = new Set([smbiosUuid, ...macs, hostName, node, name]);
  marks.delete('');
  return marks;
}
