import { type Host, valueIn } from './host.ts';

/** The devices on the PCI bus as "vendor:device", four hex digits each; empty where there is none, or none is shown. */
export async function readPciDevices(host: Host): Promise<string[]> {
  const table = valueIn(await host.read('/proc/bus/pci/devices')) ?? '';
  if (table !== '') return parsePciTable(table);
  const devices: string[] = [];
  for (const slot of valueIn(await host.list('/sys/bus/pci/devices')) ?? []) {
    const id = async (name: string) =>
      valueIn(await host.read(`/sys/bus/pci/devices/${slot}/${name}`, 16))
        ?.trim()
        .replace(/^0x/, '') ?? '';
    devices.push(`${await id('vendor')}:${await id('device')}`);
  }
  return devices;
}

/** The second column of /proc/bus/pci/devices is vendor and device in one. */
export function parsePciTable(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, vendor, device] = /^[0-9a-f]{4}\s+([0-9a-f]{4})([0-9a-f]{4})\b/.exec(line) ?? [];
    return vendor === undefined ? [] : [`${vendor}:${device}`];
  });
}
