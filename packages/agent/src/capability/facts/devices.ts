import { absent, type Host, parseFound } from '../../host/host.ts';
import { about, defineSource, listOf } from '../fact.ts';

/** How this machine's disks are attached: in a guest, what the parent chose. */
export const disks = defineSource({
  name: 'disks',
  about: {
    buses: about<readonly string[]>(
      'Disks and their buses, as name=bus: virtio, virtio-scsi, nvme, xen, hyper-v, or emulated ide, sata, scsi, usb.',
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
  if (/^(loop|ram|zram|dm-|md|sr|fd|nbd|zd)\d/.test(name)) return undefined;
  const path = await host.link(`/sys/block/${name}`);
  return path.state === 'known' ? busFromPath(name, path.value) : undefined;
}

export function busFromPath(name: string, path: string): string | undefined {
  if (/\/virtual\//.test(path)) return undefined;
  if (/^vd/.test(name)) return 'virtio';
  if (/^nvme/.test(name)) return 'nvme';
  if (/^xvd/.test(name) || /\/vbd-\d/.test(path)) return 'xen';
  if (/^mmcblk/.test(name)) return 'mmc';
  if (/\/virtio\d+\/host\d/.test(path)) return 'virtio-scsi';
  if (/\/vmbus|VMBUS/i.test(path)) return 'hyper-v';
  if (/\/usb\d/.test(path)) return 'usb';
  if (/\/ata\d+\//.test(path)) return 'sata';
  return /^hd/.test(name) ? 'ide' : 'scsi';
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
      'Groups of devices that can be given away on their own.',
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
