import { absent, type Found, known, unknown, valueIn } from '../host/host.ts';
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
};

/** Words in DMI that only a virtual machine has, first match wins. */
const DMI_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^VMware/, 'vmware'],
  [/^innotek|^VirtualBox|^Oracle Corporation.*VirtualBox/, 'virtualbox'],
  [/^Microsoft Corporation\|Virtual Machine/, 'hyper-v'],
  [/^Xen/, 'xen'],
  [/^Parallels/, 'parallels'],
  [
    /^QEMU|\|KVM\b|RHEV Hypervisor|OpenStack|^Red Hat\|KVM|^DigitalOcean|^Google|^Amazon EC2\|(?!.*\.metal)/,
    'kvm',
  ],
];

/**
 * The hypervisor underneath: "kvm", "tcg", "vmware", "hyper-v", "xen" and so on, or `absent` on hardware. The CPUID
 * signature counts most, because it is what answers now; DMI is text that its maker chose.
 */
export function hypervisorOf(facts: Facts): Found<string> {
  const signature = valueIn(facts.cpuid.signature);
  const sys = valueIn(facts.sysHypervisor.type);
  const dmi = fromDmi(facts);
  if (signature !== undefined) {
    const named = SIGNATURES[signature] ?? SIGNATURES[signature.trim()];
    // VirtualBox shows the signature of KVM or Hyper-V as its paravirtualization interface.
    if (dmi === 'virtualbox' || dmi === 'parallels') return known(dmi);
    return known(named ?? signature.trim().toLowerCase());
  }
  if (sys !== undefined) return known(sys);
  if (dmi !== undefined) return known(dmi);
  const flag = facts.cpu.under_hypervisor;
  if (flag.state !== 'known') return flag;
  if (!flag.value) return absent('the CPU shows no hypervisor, and no other source names one');
  return valueIn(facts.clocksource.available)?.includes('kvm-clock') === true
    ? known('kvm')
    : unknown('the CPU shows a hypervisor, but no source names it (cpuid module, root and DMI help)');
}

function fromDmi(facts: Facts): string | undefined {
  const text = `${valueIn(facts.dmi.vendor) ?? ''}|${valueIn(facts.dmi.product) ?? ''}`;
  return DMI_WORDS.find(([pattern]) => pattern.test(text))?.[1];
}
