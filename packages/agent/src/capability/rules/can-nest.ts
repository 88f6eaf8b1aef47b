import { setParameter, vendorModule } from '../advice/module.ts';
import { pass, type Rule, unclear, warn } from '../rule.ts';

export const canNest: Rule = {
  name: 'can-nest',
  question: 'May guests of this node be hypervisors themselves?',
  source: 'Linux Documentation/virt/kvm/x86/running-nested-guests.rst',
  judge({ facts, found }) {
    if (facts.kvmDevice.opens !== true) return undefined;
    const { nested } = found.facts.kvmModules;
    if (nested.state !== 'known') return unclear(`not known: ${nested.reason}`);
    const module = vendorModule(facts) ?? 'kvm_intel';
    if (nested.value) return pass(`yes: ${module} has nested on`);
    return warn(
      `no: ${module} has nested off`,
      `${setParameter(module, 'nested=1')}. Guests get it with <cpu mode='host-passthrough'/>`,
    );
  },
};
