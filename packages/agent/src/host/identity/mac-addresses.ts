import { type Host, valueIn } from '../host.ts';

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/**
 * Addresses of the network cards that belong to a device, in lower case, sorted by interface name. Bridges, taps,
 * bonds and container interfaces have no device: their addresses say nothing about the machine.
 */
export async function readMacAddresses(host: Host): Promise<string[]> {
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
