import { createHmac } from 'node:crypto';
import { defined } from '@nestwatch/common/defined';
import { readDmi } from '../dmi.ts';
import { type Host, valueIn } from '../host.ts';
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
  return defined({
    smbiosUuid: normaliseUuid(valueIn(await readDmi(host, 'product_uuid')) ?? ''),
    machineId: await readMachineId(host),
    macs: await readMacAddresses(host),
    hostName: valueIn(await host.read('/proc/sys/kernel/hostname', 256))?.trim() ?? '',
  });
}

async function readMachineId(host: Host): Promise<string | undefined> {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id =
      valueIn(await host.read(path, 256))
        ?.trim()
        .toLowerCase() ?? '';
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
