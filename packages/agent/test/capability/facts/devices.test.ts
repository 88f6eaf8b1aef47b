import { expect, test } from 'vitest';
import { busFromPath } from '../../../src/capability/facts/devices.ts';

test.each([
  ['vda', '../devices/pci0000:00/0000:00:02.0/virtio1/block/vda', 'virtio'],
  ['sda', '../devices/pci0000:00/0000:00:05.0/virtio2/host2/target2:0:0/2:0:0:0/block/sda', 'virtio-scsi'],
  ['sda', '../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda', 'sata'],
  ['nvme0n1', '../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1', 'nvme'],
  ['xvda', '../devices/vbd-51712/block/xvda', 'xen'],
  ['loop0', '../devices/virtual/block/loop0', undefined],
])('the disk %s at %s is on %s', (name, path, bus) => {
  expect(busFromPath(name, path)).toBe(bus);
});
