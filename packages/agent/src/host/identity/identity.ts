import { createHmac } from 'node:crypto';
import type { Host } from '../host.ts';
import { readMacAddresses } from './mac-addresses.ts';
import { normaliseUuid } from './smbios-uuid.ts';

/** What tells this machine apart, and what its parent knows it by. */
export interface MachineIdentity {
  /** SMBIOS system UUID in lower case. Absent without DMI (microvm, Firecracker), without root, and where it is a filler. */
  readonly smbiosUuid?: string;
  /** 32 hex digits derived from /etc/machine-id. */
  readonly machineId?: string;
  /** Addresses of the machine's own network cards, lower case. */
  readonly macs: readonly string[];
  readonly hostName: string;
}

export async function readIdentity(host: Host): Promise<MachineIdentity> {
  const uuid = await host.read('/sys/class/dmi/id/product_uuid', 256);
  const smbiosUuid = uuid.state === 'known' ? normaliseUuid(uuid.value) : undefined;
  const machineId = await readMachineId(host);
  const hostName = await host.read('/proc/sys/kernel/hostname', 256);
  return {
    ...(smbiosUuid !== undefined && { smbiosUuid }),
    ...(machineId !== undefined && { machineId }),
    macs: await readMacAddresses(host),
    hostName: hostName.state === 'known' ? hostName.value.trim() : '',
  };
}

async function readMachineId(host: Host): Promise<string | undefined> {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const text = await host.read(path, 256);
    const id = text.state === 'known' ? text.value.trim().toLowerCase() : '';
    if (/^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id)) return disguise(id);
  }
  return undefined;
}

/**
 * machine-id(5) asks not to let the id itself out to the network, and to derive one for each application with a
 * keyed hash.
 */
function disguise(machineId: string): string {
  return createHmac('sha256', machineId).update('nestwatch').digest('hex').slice(0, 32);
}
