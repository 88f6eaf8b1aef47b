import { expect, test } from 'vitest';
import { busFromPath } from '../../../src/capability/facts/devices.ts';

test.each([
  ['vda', '../devices/pci0000:00/0000:00:02.0/virtio1/block/vda', 'virtio'],
  ['sda', '../devices/pci0000:00/0000:00:05.0/virtio2/host2/target2:0:0/2:0:0:0/block/sda', 'virtio-scsi'],
  ['sda', '../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda', 'sata'],
  ['nvme0n1', '../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1', 'nvme'],
  ['xvda', '../devices/vbd-51712/block/xvda', 'xen'],
  // Hyper-V: tools/hv and the paths of Azure, WSL2 and Windows' own machines, old kernels first
  ['sda', '../devices/vmbus_0_1/host0/target0:0:0/0:0:0:0/block/sda', 'hyper-v'],
  [
    'sda',
    '../devices/LNXSYSTM:00/device:00/PNP0A03:00/device:07/VMBUS:01/vmbus_0_11/host2/target2:0:0/2:0:0:0/block/sda',
    'hyper-v',
  ],
  [
    'sda',
    '../devices/LNXSYSTM:00/LNXSYBUS:00/PNP0A03:00/device:07/VMBUS:01/f8b3781a-1e82-4818-a1c3-63d806ec15bb/host0/target0:0:0/0:0:0:0/block/sda',
    'hyper-v',
  ],
  [
    'sda',
    '../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00/fd1d2cbd-ce7c-535c-966b-eb5f811c95f0/host0/target0:0:0/0:0:0:0/block/sda',
    'hyper-v',
  ],
  [
    'sdb',
    '../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/MSFT1000:00/5620e0c7-8062-4dce-aeb7-520c7ef76171/host1/target1:0:1/1:0:1:0/block/sdb',
    'hyper-v',
  ],
  [
    'sda',
    '../devices/platform/bus@0/5620e0c7-8062-4dce-aeb7-520c7ef76171/host1/target1:0:1/1:0:1:0/block/sda',
    'hyper-v',
  ],
  [
    'nvme0n1',
    '../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/MSFT1000:00/bad7fd18-7e57-4561-8392-64ea14aa42e6/pci7e57:00/7e57:00:02.0/nvme/nvme0/nvme0n1',
    'nvme',
  ],
  // Without PCI: virtio-mmio, s390 channels
  ['vda', '../devices/platform/a003e00.virtio_mmio/virtio0/block/vda', 'virtio'],
  [
    'sda',
    '../devices/virtio-mmio-cmdline/virtio-mmio.1/virtio1/host0/target0:0:0/0:0:0:0/block/sda',
    'virtio-scsi',
  ],
  ['sdb', '../devices/css0/0.0.0001/0.0.0002/virtio2/host0/target0:0:1/0:0:1:0/block/sdb', 'virtio-scsi'],
  ['pmem0', '../devices/pci0000:00/0000:00:05.0/virtio3/ndbus0/region0/namespace0.0/block/pmem0', 'pmem'],
  ['sdc', '../devices/platform/host3/session1/target3:0:0/3:0:0:0/block/sdc', 'iscsi'],
  ['nvme0n1', '../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1', 'nvme'],
  ['nvme0c0n1', '../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0c0n1', undefined],
  ['mmcblk0boot0', '../devices/platform/mmc/mmc0:0001/block/mmcblk0/mmcblk0boot0', undefined],
  ['sda', '../devices/pci0000:00/0000:00:15.0/0000:03:00.0/host2/target2:0:0/2:0:0:0/block/sda', 'scsi'],
  ['sdd', '../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host4/target4:0:0/4:0:0:0/block/sdd', 'usb'],
  ['hda', '../devices/pci0000:00/0000:00:01.1/ide0/0.0/block/hda', 'ide'],
  ['loop0', '../devices/virtual/block/loop0', undefined],
])('the disk %s at %s is on %s', (name, path, bus) => {
  expect(busFromPath(name, path)).toBe(bus);
});
