import { LIBVIRT_CYCLE } from '../advice/module.ts';
import { pass, type Rule, warn } from '../rule.ts';

const SLOW_BUS = ['ide', 'sata', 'scsi', 'usb', 'sd'];
const SLOW_NIC = /^(e1000|rtl8139|ne2k|pcnet|i82|tulip|usb-net|igb)/;

export const guestDevices: Rule = {
  name: 'guest-devices',
  question: 'Did this node give its guests paravirtualized devices?',
  source: 'libvirt formatdomain, "Hard drives" and "Network interfaces"',
  judge({ guests }) {
    if (guests.length === 0) return undefined;
    const slow = guests.flatMap((guest) => {
      const buses = (guest.disks ?? []).map((disk) => disk.bus ?? '').filter((bus) => SLOW_BUS.includes(bus));
      const cards = (guest.nics ?? []).map((nic) => nic.model ?? '').filter((model) => SLOW_NIC.test(model));
      const all = [...new Set([...buses, ...cards])];
      return all.length === 0 ? [] : [`${guest.guest} has ${all.join(', ')}`];
    });
    if (slow.length === 0) return pass('yes, all of them');
    return warn(
      `slow: emulated devices: ${slow.join('; ')}`,
      `virsh edit GUEST: <target dev='vda' bus='virtio'/> for disks, <model type='virtio'/> for network cards (virt-install --disk bus=virtio --network model=virtio), ${LIBVIRT_CYCLE}`,
    );
  },
};
