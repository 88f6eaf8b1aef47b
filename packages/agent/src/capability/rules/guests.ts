import type { GuestShape } from '@nestwatch/proto';
import { givesVirtualization } from '../gives-virtualization.ts';
import { info, LIBVIRT_CYCLE, pass, type Rule, unclear, warn } from '../rule.ts';

export const guestAccelerator: Rule = {
  name: 'guest-accelerator',
  question: 'Do the guests run under KVM?',
  source: 'QEMU documentation, "Accelerators"',
  judge({ facts, guests }) {
    const asked = guests.filter((guest) => ['kvm', 'tcg', ''].includes(guest.accelerator ?? ''));
    const open = asked.filter((guest) => (guest.accelerator ?? '') === '');
    if (asked.length === 0) return undefined;
    const emulated = asked.filter((guest) => guest.accelerator === 'tcg');
    if (emulated.length === 0) return underKvm(asked.length > open.length, open);
    const names = namesOf(emulated);
    if (facts.kvmDevice.opens !== true) return info(`emulated, because this node has no KVM: ${names}`);
    if (facts.cpu.virtualization === 'none') {
      return info(`emulated, because KVM has no hardware support here: ${names}`);
    }
    return warn(
      `emulated although KVM is available: ${names}`,
      `virsh edit GUEST, <domain type='kvm'> (virt-install --virt-type kvm; plain QEMU -accel kvm), ${LIBVIRT_CYCLE}`,
    );
  },
};

function namesOf(guests: readonly GuestShape[]): string {
  return guests.map((guest) => guest.guest).join(', ');
}

/** Of some the command line leaves it open, and only what they hold open tells. */
function underKvm(isKnownOfAny: boolean, open: readonly GuestShape[]) {
  const unread = `not known for ${namesOf(open)}: its command line does not say; run as root to see which device it uses`;
  if (!isKnownOfAny) return unclear(unread);
  return pass(open.length === 0 ? 'yes, all of them' : `yes, as far as is known; ${unread}`);
}

export const guestCanNest: Rule = {
  name: 'guest-can-nest',
  question: 'Did this node give its guests hardware virtualization?',
  source:
    'libvirt formatdomain, "CPU model and topology"; QEMU documentation, "Recommendations for KVM CPU model configuration"',
  judge({ facts, guests }) {
    const underKvm = guests.filter((guest) => guest.accelerator === 'kvm' && guest.vmm === 'qemu');
    if (underKvm.length === 0 || facts.kvmModules.nested !== true) return undefined;
    const without = underKvm.filter((guest) => !givesVirtualization(guest.cpuModel ?? ''));
    if (without.length === 0) return pass('yes, all of them');
    return info(
      `no: ${without.map((guest) => `${guest.guest} (${guest.cpuModel || 'default model'})`).join(', ')} can host no guests of their own`,
      `Where that is wanted: virsh edit GUEST, <cpu mode='host-passthrough' check='none'/> (virt-install --cpu host-passthrough; plain QEMU -cpu host), ${LIBVIRT_CYCLE}`,
    );
  },
};

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

export const unsafeCache: Rule = {
  name: 'unsafe-cache',
  question: 'Do the disks of the guests keep what is flushed?',
  source: 'QEMU documentation, "cache=unsafe"; Firecracker docs/api_requests/block-caching.md',
  judge({ guests }) {
    const withDisks = guests.filter((guest) => (guest.disks ?? []).length > 0);
    if (withDisks.length === 0) return undefined;
    const unsafe = withDisks.filter((guest) => guest.disks?.some((disk) => disk.cache === 'unsafe'));
    if (unsafe.length === 0) return pass('yes: no disk has cache=unsafe');
    return warn(
      `no: guests lose data if this node crashes, because of cache=unsafe on ${unsafe.map((guest) => guest.guest).join(', ')}`,
      `For data that must survive: virsh edit GUEST, <driver name='qemu' type='qcow2' cache='none'/> (plain QEMU cache=none; Firecracker "cache_type": "Writeback"), ${LIBVIRT_CYCLE}. It can stay for an installation that you can repeat`,
    );
  },
};
