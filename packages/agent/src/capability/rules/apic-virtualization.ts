import { valueIn } from '../../host/host.ts';
import { isGuest, moduleFlag, setParameter } from '../advice/module.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

export const apicVirtualization: Rule = {
  name: 'apic-virtualization',
  question: 'Do guests get APIC virtualization?',
  source:
    'Linux Documentation/virt/kvm/x86/running-nested-guests.rst, "Additional nested-related kernel parameters"',
  judge(context) {
    const { facts } = context;
    if (valueIn(facts.cpu.virtualization) !== 'vmx') return undefined;
    const inForce = moduleFlag(context, 'kvm_intel', 'enable_apicv');
    if (inForce === true) return pass('yes');
    if (inForce === undefined) return undefined;
    const has = valueIn(facts.vmx.apicv);
    if (has === true) {
      return warn(
        'slow: kvm_intel has enable_apicv off, so interrupts of guests exit more often',
        setParameter('kvm_intel', 'enable_apicv=1'),
      );
    }
    return info(
      `no: ${isGuest(context) ? 'the parent does not let it through' : 'this CPU has none'}; interrupts of guests exit more often`,
    );
  },
};
