import type { Found } from '../../host/host.ts';
import {
  type Abouts,
  type FactContext,
  type FactSource,
  isSettled,
  readSource,
  type Values,
} from '../fact.ts';
import { container, processRights } from './agent-process.ts';
import { clocksource } from './clocksource.ts';
import { architecture, cpu, cpuModel, cpus } from './cpu.ts';
import { disks, iommu, nics } from './devices.ts';
import { exitCost } from './exit-cost.ts';
import { guests, vmmPrograms } from './guests.ts';
import { kernel } from './kernel.ts';
import { knownIssues } from './known-issues.ts';
import { kvmDevice, kvmModules } from './kvm.ts';
import { hugePages, memory } from './memory.ts';
import { mitigations } from './mitigations.ts';
import { modprobe } from './modprobe.ts';
import { platform } from './platform.ts';
import { system } from './system.ts';
import { traces } from './traces.ts';
import { cpuid, dmi } from './underneath.ts';
import { valuesOf } from './values.ts';
import { firmware, svm, vmx } from './virtualization.ts';
import { sysHypervisor } from './xen.ts';

/** Every source of facts, in the order in which they are shown. */
export const sources = {
  architecture,
  system,
  kernel,
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
  platform,
  traces,
  dmi,
  container,
  cpuModel,
  disks,
  nics,
  clocksource,
  mitigations,
  exitCost,
  // What it is based on comes before it.
  knownIssues,
} as const;

/** All facts of one assessment of the machine, by source. */
export type Facts = {
  readonly [K in keyof typeof sources]: (typeof sources)[K] extends FactSource<infer A> ? Values<A> : never;
};

/** The values of all facts; undefined for those that are not known. */
export type KnownFacts = {
  readonly [S in keyof Facts]: {
    readonly [F in keyof Facts[S]]: Facts[S][F] extends Found<infer T> ? T | undefined : never;
  };
};

export const knownFacts = (facts: Facts) => valuesOf(facts) as KnownFacts;

export async function readFacts(context: FactContext): Promise<Facts> {
  const { settled } = context;
  const facts: Record<string, Values<Abouts>> = {};
  for (const [key, each] of Object.entries(sources)) {
    const source = each as FactSource<Abouts>;
    const answer = settled?.get(key) ?? (await readSource(source, { ...context, earlier: facts }));
    if (isSettled(source, answer)) settled?.set(key, answer);
    facts[key] = answer;
  }
  return facts as unknown as Facts;
}
