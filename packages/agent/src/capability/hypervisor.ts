import { absent, type Found, known, unknown, valueIn } from '../host/host.ts';
import { type Named, namedByDmi } from './dmi-names.ts';
import { isX86 } from './fact.ts';
import type { Facts } from './facts/index.ts';

/** Hypervisors by CPUID signature. KVM may also show Hyper-V's, when it offers Windows its interface. */
const SIGNATURES: Readonly<Record<string, string>> = {
  KVMKVMKVM: 'kvm',
  'Linux KVM Hv': 'kvm',
  TCGTCGTCGTCG: 'tcg',
  VMwareVMware: 'vmware',
  'Microsoft Hv': 'hyper-v',
  XenVMMXenVMM: 'xen',
  bhyve: 'bhyve',
  'bhyve bhyve ': 'bhyve',
  ACRNACRNACRN: 'acrn',
  ' lrpepyh vr': 'parallels',
  'prl hyperv  ': 'parallels',
  VBoxVBoxVBox: 'virtualbox',
  QNXQVMBSQG: 'qnx',
  SRESRESRESRE: 'lockheed-martin',
  EVMMEVMMEVMM: 'intel-ikgt',
  Jailhouse: 'jailhouse',
  'Apple VZ': 'apple',
  UnisysSpar64: 's-par',
};

/** These show Linux the interface of KVM or Hyper-V, so that their own names count more than a signature. */
const DISGUISED: readonly string[] = ['virtualbox', 'parallels'];

/**
 * The hypervisor underneath: "kvm", "tcg", "vmware", "hyper-v", "xen" and so on; "qemu" where QEMU runs the machine and
 * nothing tells by what. `absent` on hardware, and in Xen's dom0, which is the host. Whether there is one, the CPU's flag
 * decides; all else only names it, unless it is something that no hardware says.
 */
export function hypervisorOf(facts: Facts): Found<string> {
  const flag = valueIn(facts.cpu.under_hypervisor);
  const dmi = dmiNames(facts);
  if (isXenHost(facts)) {
    const [outer] = dmi.filter(({ sure }) => sure);
    return outer === undefined ? absent("this is Xen's dom0, the host") : known(outer.name);
  }
  const [first] = evidence(facts, dmi).filter(({ sure }) => sure || flag !== false);
  if (first !== undefined) return known(first.name);
  if (valueIn(facts.platform.hypervisor) === 'none') {
    return absent('the device tree says that no hypervisor is underneath');
  }
  return unnamed(facts);
}

/** True in the domain that runs Xen's guests. */
export function isXenHost(facts: Facts): boolean {
  return valueIn(facts.sysHypervisor.xen_domain) === 'host';
}

function unnamed({ cpu, architecture }: Facts): Found<string> {
  const machine = valueIn(architecture.machine) ?? 'this architecture';
  if (!isX86(machine)) return unknown(`no source names a hypervisor, and ${machine} has no flag for it`);
  if (cpu.under_hypervisor.state !== 'known') return unknown(cpu.under_hypervisor.reason);
  return cpu.under_hypervisor.value
    ? unknown('the CPU shows a hypervisor, but no source names it (cpuid module, root and DMI help)')
    : absent('the CPU shows no hypervisor, and no other source names one');
}

/** Who names what, the best source first: what answers CPUID now, then the kernel's own findings, then DMI. */
function evidence(facts: Facts, dmi: readonly Named[]): readonly Named[] {
  const traces = (valueIn(facts.traces.named) ?? []).map(parseTrace);
  const firm = traces.filter(({ by }) => BY_KERNEL.includes(by));
  const disguised = [...dmi, ...traces].filter(({ name }) => DISGUISED.includes(name));
  const sys = valueIn(facts.sysHypervisor.type) ?? (valueIn(facts.sysHypervisor.xen_domain) && 'xen');
  const platform = valueIn(facts.platform.hypervisor);
  const others = [
    ...named(sys),
    ...firm,
    ...dmi.filter(({ sure }) => sure),
    ...named(platform === 'none' ? undefined : platform),
    ...traces,
    ...dmi,
  ];
  const signature = valueIn(facts.cpuid.signature);
  const told = signature === undefined ? undefined : (SIGNATURES[signature] ?? SIGNATURES[signature.trim()]);
  // QEMU shows Hyper-V's signature alone when KVM's own is hidden; and a made-up one is no name.
  const doubtful = told === 'hyper-v' && others.some(({ name, sure }) => sure && name === 'kvm');
  if (told !== undefined && !doubtful) return [...disguised, ...named(told), ...others];
  return [...disguised, ...others, ...named(told ?? signature?.trim().toLowerCase())];
}

const named = (name: string | undefined): Named[] =>
  name === undefined || name === '' ? [] : [{ name, sure: true }];

/** What the kernel itself found out, which goes before DMI. */
const BY_KERNEL: readonly string[] = ['clocksource', 'vmbus', 'release', 'cpu-model'];

/** A log may be that of another machine, from which the disk came. */
function parseTrace(trace: string): Named & { readonly by: string } {
  const [by = '', name = ''] = trace.split('=');
  return { by, name, sure: by !== 'boot-log' };
}

function dmiNames({ dmi }: Facts): readonly Named[] {
  return namedByDmi({
    vendor: valueIn(dmi.vendor),
    product: valueIn(dmi.product),
    bios: valueIn(dmi.bios),
    board: valueIn(dmi.board),
    version: valueIn(dmi.version),
  });
}
