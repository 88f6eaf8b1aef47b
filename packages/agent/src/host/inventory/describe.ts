import { networkInterfaces } from 'node:os';
import type { InventoryShape } from '@nestwatch/proto';

/**
 * The static description of this machine by systeminformation. It starts about thirty processes and takes memory
 * that does not come back, so it runs only in the short-lived process of `nestwatch-agent inventory`.
 */
export async function describeMachine(): Promise<InventoryShape> {
  const { system } = await import('systeminformation/lib/system.js');
  const { osInfo } = await import('systeminformation/lib/osinfo.js');
  const { blockDevices } = await import('systeminformation/lib/filesystem.js');
  // One after the other: deep in a cascade, all their processes at once would starve the machine.
  const machine = await system();
  const os = await osInfo();
  const devices = await blockDevices();
  return {
    manufacturer: machine.manufacturer,
    product: [machine.model, machine.version].filter((part) => part !== '' && part !== '-').join(' '),
    osRelease: [os.distro, os.release, os.codename === '' ? '' : `(${os.codename})`]
      .filter(Boolean)
      .join(' '),
    disks: devices
      .filter((device) => device.type === 'disk')
      .map((device) => [device.name, `${device.size} bytes`, device.model].filter(Boolean).join(' ')),
    // systeminformation starts 63 processes to list these; the C library tells the same without any.
    networkInterfaces: Object.entries(networkInterfaces())
      .filter(([, addresses]) => addresses?.some((address) => !address.internal))
      .map(([name, addresses]) => [name, addresses?.[0]?.mac].filter(Boolean).join(' ')),
  };
}
