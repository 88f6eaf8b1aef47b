import { exposePaging, moduleFlag, vendorModule } from '../advice.ts';
import { info, pass, type Rule, warn } from '../rule.ts';
import { setParameter } from '../set-parameter.ts';

const NESTED_PARAMETERS =
  'Linux Documentation/virt/kvm/x86/running-nested-guests.rst, "Additional nested-related kernel parameters"';

const whyNot = (isGuest: boolean, none = 'this CPU has none') =>
  isGuest ? 'the parent does not let it through' : none;

export const secondLevelPaging: Rule = {
  name: 'second-level-paging',
  question: 'Do guests get second-level paging (EPT or NPT)?',
  source: 'Ben-Yehuda et al., "The Turtles Project", OSDI 2010, section 3.3; Linux arch/x86/kvm/mmu',
  judge({ facts, hypervisor, isGuest }) {
    const module = vendorModule(facts);
    if (module === undefined) return undefined;
    const name = module === 'kvm_intel' ? 'ept' : 'npt';
    const inForce = moduleFlag(facts, module, name);
    const has = module === 'kvm_intel' ? facts.vmx.ept : facts.svm.npt;
    if (inForce === true || (inForce === undefined && has === true)) {
      return pass(`yes: ${name}`);
    }
    if (has === false) {
      const summary = `severe: the CPU shows no ${name}, ${COST}`;
      if (!isGuest) return warn(summary, NEWER_CPU);
      const flag = facts.cpu.virtualization ?? 'vmx';
      return warn(summary, exposePaging(facts, hypervisor, flag), 'parent');
    }
    if (inForce === undefined) return undefined;
    return warn(`severe: ${module} has ${name} off, ${COST}`, setParameter(facts, module, `${name}=1`));
  },
};

const COST = 'so every page table change of a guest exits (shadow paging)';
const NEWER_CPU = 'A CPU with EPT (Intel Nehalem, 2008) or NPT (AMD Barcelona, 2007) or later';

export const vmcsShadowing: Rule = {
  name: 'vmcs-shadowing',
  question: 'Do guest hypervisors of this node get VMCS shadowing?',
  source: NESTED_PARAMETERS,
  judge({ facts, hypervisor, isGuest }) {
    if (facts.cpu.virtualization !== 'vmx' || facts.kvmModules.nested !== true) return undefined;
    if (moduleFlag(facts, 'kvm_intel', 'enlightened_vmcs') === true && hypervisor === 'hyper-v') {
      return pass("Hyper-V's enlightened VMCS replaces it");
    }
    const inForce = moduleFlag(facts, 'kvm_intel', 'enable_shadow_vmcs');
    if (inForce === true) return pass('yes');
    if (inForce === undefined) return undefined;
    if (facts.vmx.shadow_vmcs === false) {
      return info(
        `no: ${whyNot(isGuest, 'this CPU has none (Haswell and later do)')}; this slows down guests of guests`,
      );
    }
    if (facts.vmx.shadow_vmcs === undefined) {
      return info('no; this kernel does not show whether the CPU has it (5.6 and later do)');
    }
    return warn(
      'slow: kvm_intel has enable_shadow_vmcs off, so every VMREAD and VMWRITE of a guest hypervisor exits',
      setParameter(facts, 'kvm_intel', 'enable_shadow_vmcs=1'),
    );
  },
};

export const apicVirtualization: Rule = {
  name: 'apic-virtualization',
  question: 'Do guests get APIC virtualization?',
  source: NESTED_PARAMETERS,
  judge({ facts, isGuest }) {
    if (facts.cpu.virtualization !== 'vmx') return undefined;
    const inForce = moduleFlag(facts, 'kvm_intel', 'enable_apicv');
    if (inForce === true) return pass('yes');
    if (inForce === undefined) return undefined;
    if (facts.vmx.apicv === true) {
      return warn(
        'slow: kvm_intel has enable_apicv off, so interrupts of guests exit more often',
        setParameter(facts, 'kvm_intel', 'enable_apicv=1'),
      );
    }
    return info(`no: ${whyNot(isGuest)}; interrupts of guests exit more often`);
  },
};

/** Parameter of kvm_amd → the CPU's feature behind it. */
const PARTS = [
  { parameter: 'nrips', feature: 'nrip_save' },
  { parameter: 'vgif', feature: 'vgif' },
  { parameter: 'vls', feature: 'v_vmsave_vmload' },
] as const;

export const svmAcceleration: Rule = {
  name: 'svm-acceleration',
  question: "Are AMD's accelerations of nesting in use (nrips, vgif, vls)?",
  source: 'AMD64 manual volume 2, sections 15.33 and 15.37; Linux arch/x86/kvm/svm/svm.c',
  judge({ facts, isGuest }) {
    if (facts.cpu.virtualization !== 'svm' || moduleFlag(facts, 'kvm_amd', 'nrips') === undefined) {
      return undefined;
    }
    const off = PARTS.filter(({ parameter }) => moduleFlag(facts, 'kvm_amd', parameter) === false);
    const switchedOff = off.filter(({ feature }) => facts.svm[feature] === true);
    if (switchedOff.length > 0) {
      const names = switchedOff.map(({ parameter }) => parameter);
      return warn(
        `slow: kvm_amd has ${names.join(', ')} off although the CPU can`,
        setParameter(facts, 'kvm_amd', names.map((name) => `${name}=1`).join(' ')),
      );
    }
    if (off.length === 0) return pass(`yes: ${PARTS.map(({ parameter }) => parameter).join(', ')}`);
    const missing = off.map(({ feature }) => feature).join(', ');
    return info(`without ${missing}: ${whyNot(isGuest)}; this slows down guests of guests`);
  },
};
