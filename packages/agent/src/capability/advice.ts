import { valueIn } from '../host/host.ts';
import type { KnownFacts } from './facts/index.ts';
import { parameterIn, parseFlag } from './facts/kvm.ts';
import { isWsl2 } from './set-parameter.ts';

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

/**
 * How the owner of a guest lets hardware virtualization through to it, by the hypervisor that runs it. A guest can do
 * nothing for it itself.
 */
export function exposeVirtualization(
  facts: KnownFacts,
  hypervisor: string | undefined,
  flag: string,
): string {
  if (hypervisor === 'hyper-v' && isWsl2(facts)) return WSL;
  const known = hypervisor === undefined ? undefined : WAYS[hypervisor];
  return known === undefined ? `${KVM(flag)} ${CLOUDS}` : known(flag);
}

/**
 * The same for second-level paging, which a guest has only when its parent has it and lets it through: `flag` is what
 * the CPU shows already.
 */
export function exposePaging(facts: KnownFacts, hypervisor: string | undefined, flag: string): string {
  if (hypervisor !== undefined && hypervisor !== 'kvm' && hypervisor !== 'qemu') {
    return exposeVirtualization(facts, hypervisor, flag);
  }
  const name = flag === 'svm' ? 'npt' : 'ept';
  return [
    `On the parent: "cat /sys/module/${module(flag)}/parameters/${name}" must say Y or 1; if not, ${name} is off there, or`,
    'its own parent does not give it. Then this guest must get it: virsh edit GUEST,',
    `<cpu mode='host-passthrough' check='none'/> (plain QEMU -cpu host, without ${flag === 'svm' ? '-npt' : 'vmx-ept=off'}),`,
    'and shut it down and start it again: a reboot keeps the old CPU.',
  ].join(' ');
}

const WSL =
  'In %UserProfile%\\.wslconfig of Windows, below [wsl2]: nestedVirtualization = true; then wsl --shutdown. Windows 11 has it; where Windows itself is a guest, its owner must let virtualization through to it.';

const module = (flag: string) => (flag === 'svm' ? 'kvm_amd' : 'kvm_intel');

const KVM = (flag: string) =>
  [
    `On the parent: "cat /sys/module/${module(flag)}/parameters/nested" must say Y or 1;`,
    `if not: echo "options ${module(flag)} nested=1" > /etc/modprobe.d/nestwatch-kvm.conf, stop all guests,`,
    `modprobe -r ${module(flag)} && modprobe ${module(flag)}.`,
    `Then give this guest the CPU: virsh edit GUEST, <cpu mode='host-passthrough' check='none'/>`,
    `(virt-install --cpu host-passthrough; plain QEMU -cpu host),`,
    'and shut it down and start it again: a reboot keeps the old CPU.',
  ].join(' ');

const CLOUDS = [
  'In a cloud: Amazon EC2 has it on .metal types and, with CPU option NestedVirtualization=enabled, on C8i, M8i and R8i;',
  'Google with --enable-nested-virtualization; Azure on v3 and later sizes without Trusted Launch.',
].join(' ');

const WAYS: Readonly<Record<string, (flag: string) => string>> = {
  kvm: (flag) => `${KVM(flag)} ${CLOUDS}`,
  tcg: (flag) =>
    flag === 'svm'
      ? 'On the parent, start QEMU with -cpu EPYC,+svm,+npt: its emulator can imitate AMD-V.'
      : 'On the parent, start QEMU with an AMD model, -cpu EPYC,+svm,+npt: its emulator imitates AMD-V, not VT-x.',
  vmware: () =>
    'In VMware: power the guest off and set vhv.enable = "TRUE" in its .vmx file (vSphere: Edit settings, CPU, "Expose hardware assisted virtualization to the guest OS").',
  'hyper-v': () =>
    'On the Hyper-V host, with the guest off: Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true (on Azure take a v3 or later size without Trusted Launch).',
  virtualbox: () =>
    'On the VirtualBox host, with the guest off: VBoxManage modifyvm NAME --nested-hw-virt on.',
  xen: () =>
    "On the Xen host: nestedhvm=1 and hap=1 in the domain's configuration (experimental in Xen); on Amazon EC2 take a .metal type.",
  parallels: () =>
    'In Parallels: Hardware, CPU & Memory, Advanced, "Enable nested virtualization", with the guest off.',
};
