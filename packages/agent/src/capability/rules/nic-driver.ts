import { valueIn } from '../../host/host.ts';
import { isGuest, LIBVIRT_CYCLE } from '../advice/module.ts';
import type { Rule } from '../rule.ts';

/** Drivers of cards that hypervisors emulate. A card that is passed through has its maker's driver. */
const EMULATED = ['e1000', 'e1000e', '8139cp', '8139too', 'pcnet32', 'ne2k-pci', 'tulip', 'igb'];

export const nicDriver: Rule = {
  name: 'nic-driver',
  question: 'Are the network cards of this guest paravirtualized?',
  source: 'Linux Documentation/driver-api/virtio/virtio.rst; libvirt formatdomain, "Network interfaces"',
  judge(context) {
    const drivers = valueIn(context.facts.nics.drivers);
    const hypervisor = valueIn(context.hypervisor);
    if (!isGuest(context) || drivers === undefined) return undefined;
    const slow = drivers.filter((nic) => EMULATED.includes(nic.split('=')[1] ?? ''));
    if (slow.length === 0) return { level: 'pass', summary: drivers.join(' ') };
    if (hypervisor !== undefined && hypervisor !== 'kvm' && hypervisor !== 'tcg') {
      return { level: 'info', summary: `emulated by ${hypervisor}: ${slow.join(' ')}` };
    }
    return {
      level: 'warn',
      summary: `slow: emulated network cards (${slow.join(' ')}): each packet exits several times`,
      advice: `On the parent: virsh edit GUEST, <model type='virtio'/> in <interface> (virt-install --network model=virtio; plain QEMU -device virtio-net-pci), ${LIBVIRT_CYCLE}`,
      who: 'parent',
    };
  },
};
