import type { GuestFacts, NodeFacts } from '../../src/topology/node-facts.ts';

export const DEFAULT_MAC = '52:54:00:12:34:56';
export const GIB = 2 ** 30;

/** A node that says little; tests add what they are about. */
export function nodeFacts(node: string, more: Partial<NodeFacts> = {}): NodeFacts {
  return {
    node,
    name: node,
    boot: '00000000-a',
    smbiosUuid: '',
    machineId: '',
    macs: [],
    hostName: '',
    hypervisor: 'kvm',
    hypervisorKnown: true,
    cloud: '',
    cpus: 1,
    memoryBytes: GIB,
    reportedUs: 0,
    guests: [],
    ...more,
  };
}

export function guestFacts(guest: string, more: Partial<GuestFacts> = {}): GuestFacts {
  return { guest, uuid: '', macs: [], ...more };
}

/** A card with an address of its own. */
export const card = (mac: string) => [{ mac, isDefault: false }];
/** The card of a QEMU that was given no address. */
export const defaultCard = [{ mac: DEFAULT_MAC, isDefault: true }];
