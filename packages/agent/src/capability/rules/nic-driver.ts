import { judgeDevices } from '../advice/emulated-devices.ts';
import { LIBVIRT_CYCLE } from '../advice/module.ts';
import type { Rule } from '../rule.ts';

/** Drivers of cards that hypervisors emulate. A card that is passed through has its maker's driver. */
const EMULATED = ['e1000', 'e1000e', '8139cp', '8139too', 'pcnet32', 'ne2k-pci', 'tulip', 'igb'];

export const nicDriver: Rule = {
  name: 'nic-driver',
  question: 'Are the network cards of this guest paravirtualized?',
  source: 'Linux Documentation/driver-api/virtio/virtio.rst; libvirt formatdomain, "Network interfaces"',
  judge: (context) =>
    judgeDevices(context, {
      devices: context.facts.nics.drivers,
      emulated: EMULATED,
      summary: (cards) => `slow: emulated network cards (${cards}): each packet exits several times`,
      advice: `On the parent: virsh edit GUEST, <model type='virtio'/> in <interface> (virt-install --network model=virtio; plain QEMU -device virtio-net-pci), ${LIBVIRT_CYCLE}`,
    }),
};
