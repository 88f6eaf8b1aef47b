import type { GuestFacts, NodeFacts } from './node-facts.ts';

/** What speaks for a node being a certain guest, strongest first. */
export const EVIDENCE = ['configuration', 'uuid', 'mac', 'name', 'default-mac'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** Nothing else has the same mark: what somebody chose for one guest. */
export function isProof(by: Evidence): boolean {
  return by === 'uuid' || by === 'mac';
}

/** Guest memory that its kernel does not count as its own: firmware, crash kernel, balloon. */
const LEAST_MEMORY_SHARE = 0.6;
const CLOCK_TOLERANCE_US = 15e6;

/**
 * The strongest evidence that `node` is `guest`, undefined when there is none or when something speaks against it.
 * A UUID or an address that somebody chose is proof. A name, or the address that QEMU gives every first card, is
 * only believed when nothing else differs.
 */
export function evidenceFor(node: NodeFacts, guest: GuestFacts) {
  if (node.smbiosUuid !== '' && guest.uuid !== '') return node.smbiosUuid === guest.uuid ? 'uuid' : undefined;
  const shared = guest.macs.filter(({ mac }) => node.macs.includes(mac));
  if (shared.some(({ isDefault }) => !isDefault)) return 'mac';
  // A card of the guest that the node has not is against it; a node may have further cards (hot-plugged, passed through).
  if (guest.macs.length > 0 && node.macs.length > 0 && shared.length === 0) return undefined;
  if (!isPlausible(node, guest)) return undefined;
  if (guest.guest !== '' && [node.hostName, node.node, node.name].includes(guest.guest)) return 'name';
  return shared.length > 0 ? 'default-mac' : undefined;
}

function isPlausible(node: NodeFacts, guest: GuestFacts): boolean {
  if (guest.vcpus !== undefined && node.cpus > 0 && node.cpus > guest.vcpus) return false;
  if (guest.memoryBytes !== undefined && node.memoryBytes > 0) {
    const share = node.memoryBytes / guest.memoryBytes;
    if (share > 1 || share < LEAST_MEMORY_SHARE) return false;
  }
  // A kernel cannot have started before its machine; it may have restarted any time later.
  if (guest.startedUs !== undefined && node.bootedUs !== undefined) {
    if (node.bootedUs < guest.startedUs - CLOCK_TOLERANCE_US) return false;
  }
  return true;
}
