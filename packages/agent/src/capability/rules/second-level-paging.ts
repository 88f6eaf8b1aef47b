import { valueIn } from '../../host/host.ts';
import { exposeVirtualization } from '../advice/expose-virtualization.ts';
import { isGuest, moduleFlag, setParameter, vendorModule } from '../advice/module.ts';
import type { Rule } from '../rule.ts';

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
      return { level: 'pass', summary: `yes: ${name}` };
    }
    if (valueIn(has) === false) {
      return {
        level: 'warn',
        summary: `severe: the CPU shows no ${name}, so every page table change of a guest exits (shadow paging)`,
        ...(isGuest(context)
          ? {
              advice: exposeVirtualization(
                valueIn(context.hypervisor),
                valueIn(context.facts.cpu.virtualization) ?? 'vmx',
                '',
              ),
              who: 'parent' as const,
            }
          : {
              advice: 'A CPU with EPT (Intel Nehalem, 2008) or NPT (AMD Barcelona, 2007) or later',
              who: 'node' as const,
            }),
      };
    }
    if (inForce === undefined) return undefined;
    return {
      level: 'warn',
      summary: `severe: ${module} has ${name} off, so every page table change of a guest exits (shadow paging)`,
      advice: setParameter(module, `${name}=1`),
      who: 'node',
    };
  },
};
