import {
  type About,
  type FactContext,
  type FactSource,
  type FactValue,
  readSource,
  type Values,
} from '../fact.ts';
import { architecture } from './architecture.ts';
import { clocksource } from './clocksource.ts';
import { container } from './container.ts';
import { cpu } from './cpu.ts';
import { cpuModel } from './cpu-model.ts';
import { cpuid } from './cpuid-signature.ts';
import { cpus } from './cpus.ts';
import { disks } from './disks.ts';
import { dmi } from './dmi.ts';
import { exitCost } from './exit-cost.ts';
import { firmware } from './firmware-lock.ts';
import { guests } from './guests.ts';
import { hugePages } from './huge-pages.ts';
import { iommu } from './iommu.ts';
import { kvmDevice } from './kvm-device.ts';
import { kvmModules } from './kvm-modules.ts';
import { memory } from './memory.ts';
import { modprobe } from './modprobe.ts';
import { nics } from './nics.ts';
import { processRights } from './process.ts';
import { svm } from './svm.ts';
import { sysHypervisor } from './sys-hypervisor.ts';
import { system } from './system.ts';
import { vmmPrograms } from './vmm-programs.ts';
import { vmx } from './vmx.ts';

/** Every source of facts, in the order in which they are shown. */
export const sources = {
  architecture,
  system,
  processRights,
  cpu,
  vmx,
  svm,
  firmware,
  cpus,
  memory,
  hugePages,
  kvmModules,
  modprobe,
  kvmDevice,
  iommu,
  vmmPrograms,
  guests,
  cpuid,
  sysHypervisor,
  dmi,
  container,
  cpuModel,
  disks,
  nics,
  clocksource,
  exitCost,
} as const;

type Sources = typeof sources;

/** All facts of one assessment of the machine, by source. */
export type Facts = {
  readonly [K in keyof Sources]: Sources[K] extends FactSource<infer A> ? Values<A> : never;
};

export async function readFacts(context: FactContext): Promise<Facts> {
  const facts: Record<string, unknown> = {};
  for (const [key, source] of Object.entries(sources)) {
    facts[key] = await readSource(source as FactSource<Record<string, About<FactValue>>>, context);
  }
  return facts as Facts;
}
