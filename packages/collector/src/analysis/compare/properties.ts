import { formatMemory } from '@nestwatch/common/quantities';
import type { Environment } from '../../read/environment.ts';

/** What a result's environment has, how it is called, and its value as text; '' where it is not known. */
export const PROPERTIES = {
  kernel: { called: 'kernel', textOf: ({ kernel }: Environment) => kernel },
  hypervisor: { called: 'hypervisor', textOf: ({ parentHypervisor }: Environment) => parentHypervisor },
  clocksource: { called: 'clocksource', textOf: ({ clocksource }: Environment) => clocksource },
  cpu: { called: 'CPU', textOf: ({ cpuModel }: Environment) => cpuModel },
  cpus: { called: 'CPUs', textOf: ({ cpus }: Environment) => (cpus === 0 ? '' : String(cpus)) },
  memory: {
    called: 'memory',
    textOf: ({ memoryBytes }: Environment) => (memoryBytes === 0 ? '' : formatMemory(memoryBytes)),
  },
  nodejs: { called: 'Node.js', textOf: ({ nodeVersion }: Environment) => nodeVersion },
} as const;

export type Property = keyof typeof PROPERTIES;

/** Facts that are shown beside it, and their titles. For lists, what was added and removed. */
export const FACTS: Readonly<Record<string, string>> = {
  'system.kernel': 'kernel',
  'system.kernel_options': "kernel's options",
  'kvm_modules.parameters': "options of KVM's modules",
  'huge_pages.transparent': 'huge pages',
};
