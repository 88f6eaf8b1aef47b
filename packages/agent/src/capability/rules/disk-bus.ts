import { judgeDevices } from '../advice/emulated-devices.ts';
import { LIBVIRT_CYCLE } from '../advice/module.ts';
import type { Rule } from '../rule.ts';

export const diskBus: Rule = {
  name: 'disk-bus',
  question: 'Are the disks of this guest paravirtualized?',
  source: 'Linux Documentation/driver-api/virtio/virtio.rst; libvirt formatdomain, "Hard drives"',
  judge: (context) =>
    judgeDevices(context, {
      devices: context.facts.disks.buses,
      emulated: ['ide', 'sata', 'scsi', 'usb'],
      summary: (disks) => `slow: emulated disks (${disks}): each request exits several times`,
      advice: `On the parent: virsh edit GUEST, <target dev='vda' bus='virtio'/> (virt-install --disk bus=virtio; plain QEMU -drive if=virtio), ${LIBVIRT_CYCLE}. First make sure that this guest's initramfs has virtio_blk and that /etc/fstab names file systems by UUID`,
    }),
};
