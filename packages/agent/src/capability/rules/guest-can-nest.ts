import { valueIn } from '../../host/host.ts';
import { LIBVIRT_CYCLE } from '../advice/module.ts';
import { info, pass, type Rule } from '../rule.ts';

export const guestCanNest: Rule = {
  name: 'guest-can-nest',
  question: 'Did this node give its guests hardware virtualization?',
  source:
    'libvirt formatdomain, "CPU model and topology"; QEMU documentation, "Recommendations for KVM CPU model configuration"',
  judge({ facts, guests }) {
    const underKvm = guests.filter((guest) => guest.accelerator === 'kvm' && guest.vmm === 'qemu');
    if (underKvm.length === 0 || valueIn(facts.kvmModules.nested) !== true) return undefined;
    const without = underKvm.filter((guest) => !givesVirtualization(guest.cpuModel ?? ''));
    if (without.length === 0) return pass('yes, all of them');
    return info(
      `no: ${without.map((guest) => `${guest.guest} (${guest.cpuModel || 'default model'})`).join(', ')} can host no guests of their own`,
      `Where that is wanted: virsh edit GUEST, <cpu mode='host-passthrough' check='none'/> (virt-install --cpu host-passthrough; plain QEMU -cpu host), ${LIBVIRT_CYCLE}`,
    );
  },
};

/** `-cpu host` has what the node has; other models have vmx or svm only when it is named. */
function givesVirtualization(model: string): boolean {
  const [name = '', ...features] = model.split(',');
  const off = features.some((feature) => /^(-(vmx|svm)|(vmx|svm)=off)$/.test(feature));
  const on = features.some((feature) => /^(\+(vmx|svm)|(vmx|svm)(=on)?)$/.test(feature));
  return !off && (on || name === 'host' || name === 'max');
}
