import { valueIn } from '../../host/host.ts';
import type { KnownFacts } from '../facts/index.ts';
import { parameterIn, parseFlag } from '../facts/kvm-modules.ts';

/** The module of KVM for this CPU's vendor. */
export function vendorModule(facts: KnownFacts): 'kvm_intel' | 'kvm_amd' | undefined {
  const { virtualization } = facts.cpu;
  if (virtualization === 'vmx') return 'kvm_intel';
  if (virtualization === 'svm') return 'kvm_amd';
  const loaded = facts.kvmModules.loaded ?? [];
  return (['kvm_intel', 'kvm_amd'] as const).find((module) => loaded.includes(module));
}

/** A module's flag; undefined when there is no such parameter here. */
export function moduleFlag(facts: KnownFacts, module: string, parameter: string): boolean | undefined {
  const value = valueIn(parameterIn(facts.kvmModules.parameters ?? [], module, parameter));
  return value === undefined ? undefined : parseFlag(value);
}

/** How to set parameters for good, and take them into force. */
export function setParameter(module: string, setting: string): string {
  return [
    `echo "options ${module} ${setting}" > /etc/modprobe.d/nestwatch-kvm.conf;`,
    `stop all guests of this machine; modprobe -r ${module} && modprobe ${module}`,
  ].join(' ');
}
