import { valueIn } from '../../host/host.ts';
import { LIBVIRT_CYCLE } from '../advice/module.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

export const guestAccelerator: Rule = {
  name: 'guest-accelerator',
  question: 'Do the guests run under KVM?',
  source: 'QEMU documentation, "Accelerators"',
  judge({ facts, guests }) {
    const known = guests.filter((guest) => (guest.accelerator ?? '') !== '');
    if (known.length === 0) return undefined;
    const emulated = known.filter((guest) => guest.accelerator === 'tcg');
    if (emulated.length === 0) return pass('yes, all of them');
    const names = emulated.map((guest) => guest.guest).join(', ');
    if (valueIn(facts.kvmDevice.opens) !== true || valueIn(facts.cpu.virtualization) === 'none') {
      return info(`emulated, for want of KVM here: ${names}`);
    }
    return warn(
      `emulated although KVM is here: ${names}`,
      `virsh edit GUEST, <domain type='kvm'> (virt-install --virt-type kvm; plain QEMU -accel kvm), ${LIBVIRT_CYCLE}`,
    );
  },
};
