import { valueIn } from '../../host/host.ts';
import { isGuest, moduleFlag, setParameter } from '../advice/module.ts';
import { info, pass, type Rule, warn } from '../rule.ts';

export const vmcsShadowing: Rule = {
  name: 'vmcs-shadowing',
  question: 'Do guest hypervisors of this node get VMCS shadowing?',
  source:
    'Linux Documentation/virt/kvm/x86/running-nested-guests.rst, "Additional nested-related kernel parameters"',
  judge(context) {
    const { facts, hypervisor } = context;
    if (valueIn(facts.cpu.virtualization) !== 'vmx' || valueIn(facts.kvmModules.nested) !== true)
      return undefined;
    if (moduleFlag(context, 'kvm_intel', 'enlightened_vmcs') === true && valueIn(hypervisor) === 'hyper-v') {
      return pass("Hyper-V's enlightened VMCS takes its place");
    }
    const inForce = moduleFlag(context, 'kvm_intel', 'enable_shadow_vmcs');
    if (inForce === true) return pass('yes');
    if (inForce === undefined) return undefined;
    if (valueIn(facts.vmx.shadow_vmcs) === false) {
      return info(
        `no: ${isGuest(context) ? 'the parent does not let it through' : 'this CPU has none (Haswell and later do)'}; guests of guests are slower for it`,
      );
    }
    return warn(
      'slow: kvm_intel has enable_shadow_vmcs off, so every VMREAD and VMWRITE of a guest hypervisor exits',
      setParameter('kvm_intel', 'enable_shadow_vmcs=1'),
    );
  },
};
