import { valueIn } from '../../host/host.ts';
import { exposeVirtualization } from '../advice/expose-virtualization.ts';
import { isGuest, moduleFlag, setParameter, vendorModule } from '../advice/module.ts';
import { pass, type Rule, warn } from '../rule.ts';

export const secondLevelPaging: Rule = {
  name: 'second-level-paging',
  question: 'Do guests get second-level paging (EPT or NPT)?',
  source: 'Ben-Yehuda et al., "The Turtles Project", OSDI 2010, section 3.3; Linux arch/x86/kvm/mmu',
  judge(context) {
    const module = vendorModule(context);
    if (module === undefined) return undefined;
    const name = module === 'kvm_intel' ? 'ept' : 'npt';
    const inForce = moduleFlag(context, module, name);
    const has = module === 'kvm_intel' ? context.facts.vmx.ept : context.facts.svm.npt;
    if (inForce === true || (inForce === undefined && valueIn(has) === true)) {
      return pass(`yes: ${name}`);
    }
    if (valueIn(has) === false) {
      const summary = `severe: the CPU shows no ${name}, ${COST}`;
      if (!isGuest(context)) return warn(summary, NEWER_CPU);
      const flag = valueIn(context.facts.cpu.virtualization) ?? 'vmx';
      return warn(summary, exposeVirtualization(valueIn(context.hypervisor), flag), 'parent');
    }
    if (inForce === undefined) return undefined;
    return warn(`severe: ${module} has ${name} off, ${COST}`, setParameter(module, `${name}=1`));
  },
};

const COST = 'so every page table change of a guest exits (shadow paging)';
const NEWER_CPU = 'A CPU with EPT (Intel Nehalem, 2008) or NPT (AMD Barcelona, 2007) or later';
