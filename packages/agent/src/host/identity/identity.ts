import { createHmac } from 'node:crypto';
import { defined } from '@nestwatch/common/defined';
import { readDmi } from '../dmi.ts';
import { type Host, valueIn } from '../host.ts';
import { normaliseUuid } from './uuid.ts';

export { normaliseUuid };

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
    const text = valueIn(await host.read(path, 256)) ?? '';
    const id = text.trim().toLowerCase();
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

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/**
 * Addresses of the network cards that belong to a device, in lower case, sorted by interface name. Bridges, taps,
 * bonds and container interfaces have no device: their addresses say nothing about the machine.
 */
async function readMacAddresses(host: Host): Promise<string[]> {
  const macs: string[] = [];
  for (const name of valueIn(await host.list('/sys/class/net')) ?? []) {
    if ((await host.link(`/sys/class/net/${name}/device`)).state !== 'known') continue;
    const mac = normaliseMac(valueIn(await host.read(`/sys/class/net/${name}/address`, 64)) ?? '');
    if (mac !== undefined && !macs.includes(mac)) macs.push(mac);
  }
  return macs;
}

/** Lower case with colons; undefined for what is no address of one card (all zeros, broadcast). */
export function normaliseMac(text: string): string | undefined {
  const mac = text.trim().toLowerCase().replace(/-/g, ':');
  if (!MAC.test(mac) || mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff') return undefined;
  return mac;
}
