import { pass, type Rule, warn } from '../rule.ts';

/** Modules that run guests on a CPU's virtualization. */
const HARDWARE = ['kvm', 'kvm_intel', 'kvm_amd', 'kvm_hv', 'kvm_arm'];

export const softwareKvm: Rule = {
  name: 'software-kvm',
  question: 'Is KVM backed by hardware?',
  source:
    'PVM, "Efficient Shadow Paging for Deploying Secure Containers in Cloud-native Environment", SOSP 2023',
  judge({ facts }) {
    if (facts.kvmDevice.opens !== true || facts.architecture.supported !== true) return undefined;
    const virtualization = facts.cpu.virtualization;
    const modules = (facts.kvmModules.loaded ?? []).filter((name) => !HARDWARE.includes(name));
    if (virtualization !== 'none') {
      return virtualization === undefined ? undefined : pass(`by ${virtualization}`);
    }
    const by =
      modules.length > 0 ? `the software module ${modules.join(', ')}` : 'something without vmx or svm';
    return warn(
      `/dev/kvm is served by ${by}: guests need a kernel or VMM made for it, and an ordinary one may not start`,
      'nestwatch-agent check --boot starts a tiny guest and so shows whether guests really run here',
    );
  },
};
