import type { KernelBasis, KernelIdentity } from '../../host/kernel-identity/kernel-identity.ts';
import type { Sign } from './issue.ts';

/** What issues are judged by. */
export interface Machine {
  readonly kernel: KernelIdentity;
  /** `uname -m`. */
  readonly architecture: string;
  /** Undefined where it is neither, or not known. */
  readonly vendor: 'intel' | 'amd' | undefined;
  /** As name=state. */
  readonly vulnerabilities: readonly string[];
  /** Paths of installed programs that run guests. */
  readonly programs: readonly string[];
  /** What shows by itself. */
  readonly signs: readonly Sign[];
  readonly reach: Reach;
}

/** What a guest, or who may open /dev/kvm, can get at here. */
export interface Reach {
  /** Whether guests can be run with KVM. */
  readonly hosts: boolean;
  /** Whether they may run guests; undefined where it is not known. */
  readonly nests: boolean | undefined;
  /** Whether KVM keeps their page tables itself: EPT or NPT is off, or nothing of hardware is behind it. */
  readonly shadowPaging: boolean;
  /** Whether this machine is a guest. */
  readonly isGuest: boolean;
}

/** The facts that issues are judged by: their values, undefined for those that are not known. */
export interface IssueFacts {
  readonly architecture: { readonly machine: string | undefined };
  readonly system: { readonly kernel: string | undefined };
  readonly kernel: {
    readonly distribution: string | undefined;
    readonly upstream: string | undefined;
    readonly build: string | undefined;
    readonly basis: string | undefined;
    readonly remark: string | undefined;
  };
  readonly cpu: { readonly vendor: string | undefined; readonly under_hypervisor: boolean | undefined };
  readonly kvmModules: {
    readonly loaded: readonly string[] | undefined;
    readonly parameters: readonly string[] | undefined;
    readonly nested: boolean | undefined;
  };
  readonly kvmDevice: { readonly registered: boolean | undefined; readonly opens: boolean | undefined };
  readonly vmmPrograms: { readonly programs: readonly string[] | undefined };
  readonly clocksource: { readonly tsc: string | undefined };
  readonly mitigations: { readonly vulnerabilities: readonly string[] | undefined };
}

const VENDORS: Readonly<Record<string, Machine['vendor']>> = {
  GenuineIntel: 'intel',
  AuthenticAMD: 'amd',
  HygonGenuine: 'amd',
};

export function machineOf(facts: IssueFacts): Machine {
  const { kernel, cpu } = facts;
  return {
    kernel: {
      release: facts.system.kernel ?? '',
      distribution: kernel.distribution ?? 'somebody',
      upstream: kernel.upstream,
      build: kernel.build,
      basis: (kernel.basis ?? 'backported') as KernelBasis,
      reason: kernel.remark ?? 'the kernel names no version',
    },
    architecture: facts.architecture.machine ?? '',
    vendor: VENDORS[cpu.vendor ?? ''],
    vulnerabilities: facts.mitigations.vulnerabilities ?? [],
    programs: facts.vmmPrograms.programs ?? [],
    signs: facts.clocksource.tsc === 'unstable' ? ['tsc-unstable'] : [],
    reach: reachOf(facts),
  };
}

/** Without one of them no guest gets VMX or SVM, whatever else serves /dev/kvm. */
const HARDWARE = ['kvm_intel', 'kvm_amd'];

function reachOf({ architecture, cpu, kvmDevice, kvmModules }: IssueFacts): Reach {
  const { loaded, parameters = [], nested } = kvmModules;
  const isX86 = architecture.machine === 'x86_64';
  const isOff = (parameter: string) =>
    parameters.some((line) => line === `${parameter}=N` || line === `${parameter}=0`);
  const hosts = kvmDevice.opens === true || kvmDevice.registered === true;
  return {
    hosts,
    nests:
      nested ??
      (isX86 && loaded !== undefined && !HARDWARE.some((name) => loaded.includes(name)) ? false : undefined),
    shadowPaging:
      hosts && (loaded?.includes('kvm_pvm') === true || isOff('kvm_intel.ept') || isOff('kvm_amd.npt')),
    isGuest: cpu.under_hypervisor === true,
  };
}
