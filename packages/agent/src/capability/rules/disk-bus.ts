import { valueIn } from '../../host/host.ts';
import { isGuest, LIBVIRT_CYCLE } from '../advice/module.ts';
import type { Rule } from '../rule.ts';

const EMULATED = ['ide', 'sata', 'scsi', 'usb'];

export const diskBus: Rule = {
  name: 'disk-bus',
  question: 'Are the disks of this guest paravirtualized?',
  source: 'Linux Documentation/driver-api/virtio/virtio.rst; libvirt formatdomain, "Hard drives"',
  judge(context) {
    const buses = valueIn(context.facts.disks.buses);
    const hypervisor = valueIn(context.hypervisor);
    if (!isGuest(context) || buses === undefined) return undefined;
    const slow = buses.filter((disk) => EMULATED.includes(disk.split('=')[1] ?? ''));
    if (slow.length === 0) return { level: 'pass', summary: buses.join(' ') };
    if (hypervisor !== undefined && hypervisor !== 'kvm' && hypervisor !== 'tcg') {
      return { level: 'info', summary: `emulated by ${hypervisor}: ${slow.join(' ')}` };
    }
    return {
      level: 'warn',
      summary: `slow: emulated disks (${slow.join(' ')}): each request exits several times`,
      advice: `On the parent: virsh edit GUEST, <target dev='vda' bus='virtio'/> (virt-install --disk bus=virtio; plain QEMU -drive if=virtio), ${LIBVIRT_CYCLE}. First make sure that this guest's initramfs has virtio_blk and that /etc/fstab names file systems by UUID`,
      who: 'parent',
    };
  },
};
