import { absent, type Host, parseFound } from '../../host/host.ts';
import { about, defineSource, listOf } from '../fact.ts';

/** How this machine's disks are attached: in a guest, what the parent chose. */
export const disks = defineSource({
  name: 'disks',
  about: {
    buses: about<readonly string[]>(
      'Disks and their buses, as name=bus: virtio, virtio-scsi, nvme, xen, hyper-v, pmem, iscsi, mmc, or emulated ide, sata, scsi, usb.',
      '/sys/block/*',
    ),
  },
  async read({ host }) {
    const names = await host.list('/sys/block');
    if (names.state !== 'known') return names;
    const found: string[] = [];
    for (const name of names.value) {
      const bus = await busOf(host, name);
      if (bus !== undefined) found.push(`${name}=${bus}`);
    }
    return { buses: listOf(found, 'no disks') };
  },
});

/** Read from the device's path; undefined for what is no disk of its own: loop, RAM, device mapper, CD-ROM. */
async function busOf(host: Host, name: string): Promise<string | undefined> {
  const path = await host.link(`/sys/block/${name}`);
  return path.state === 'known' ? busFromPath(name, path.value) : undefined;
}

/** No disks of their own: stacked, of RAM or the network, removable, hidden paths and the boot parts of SD cards. */
const NO_DISK =
  /^(?:(?:loop|ram|zram|dm-|md|sr|fd|nbd|zd|rbd|bcache)\d|nvme\d+c\d|mmcblk\d+(?:boot|rpmb|gp))/;

/** Buses that the disk's name tells; its path tells the others. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^vd/, 'virtio'],
  [/^nvme/, 'nvme'],
  [/^xvd/, 'xen'],
  [/^mmcblk/, 'mmc'],
  [/^pmem/, 'pmem'],
];

const BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/\/vbd-\d/, 'xen'],
  [/\/virtio\d+\/host\d/, 'virtio-scsi'],
  // VMBus is VMBUS or MSFT1000 in ACPI, or a node of a device tree; what is on it is named by a UUID.
  [/\/vmbus|\/MSFT1000:|\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\/host\d/i, 'hyper-v'],
  [/\/host\d+\/session\d/, 'iscsi'],
  [/\/usb\d/, 'usb'],
  [/\/ata\d+\//, 'sata'],
];

export function busFromPath(name: string, path: string): string | undefined {
  if (NO_DISK.test(name)) return undefined;
  // A controller with several paths stands among the virtual devices, and its disks are real.
  if (path.includes('/virtual/') && !path.includes('/virtual/nvme-subsystem/')) return undefined;
  const known = [
    ...BY_NAME.filter(([names]) => names.test(name)),
    ...BY_PATH.filter(([paths]) => paths.test(path)),
  ];
  return known[0]?.[1] ?? (/^hd/.test(name) ? 'ide' : 'scsi');
}

/** Which drivers this machine's network cards need: in a guest, what the parent chose. */
export const nics = defineSource({
  name: 'nics',
  about: {
    drivers: about<readonly string[]>(
      'Network cards and their drivers, as name=driver.',
      '/sys/class/net/*/device/driver',
    ),
  },
  async read({ host }) {
    const names = await host.list('/sys/class/net');
    if (names.state !== 'known') return names;
    const found: string[] = [];
    for (const name of names.value) {
      const driver = await host.link(`/sys/class/net/${name}/device/driver`);
      if (driver.state === 'known') found.push(`${name}=${driver.value.split('/').at(-1)}`);
    }
    return { drivers: listOf(found, 'no network card with a device') };
  },
});

/** Whether devices can be given to guests (VT-d, AMD-Vi). */
export const iommu = defineSource({
  name: 'iommu',
  about: {
    units: about<readonly string[]>('Active IOMMUs (dmar: VT-d, ivhd: AMD-Vi).', '/sys/class/iommu'),
    groups: about<number>(
      'IOMMU groups: devices that can be assigned to a guest separately.',
      '/sys/kernel/iommu_groups',
    ),
  },
  async read({ host }) {
    const units = await host.list('/sys/class/iommu');
    const groups = await host.list('/sys/kernel/iommu_groups');
    return {
      units: units.state === 'known' && units.value.length === 0 ? absent('no IOMMU is active') : units,
      groups: parseFound(groups, (all) => all.length, ''),
    };
  },
});
