import type { GuestShape } from '@nestwatch/proto';
import { givesVirtualization } from '../gives-virtualization.ts';
import { info, LIBVIRT_CYCLE, pass, type Rule, warn } from '../rule.ts';

/** What Hyper-V in a guest is faster with, by the virtualization of the CPU; each needs those before it. */
const FOR_NESTING: Readonly<Record<string, readonly string[]>> = {
  vmx: ['vapic', 'evmcs'],
  svm: ['vapic', 'emsr-bitmap', 'tlbflush-direct'],
};

const WITHOUT_ROLE =
  "If the guest needs neither Hyper-V nor WSL 2: <feature policy='disable' name='FLAG'/> in its <cpu> (plain QEMU -cpu host,-FLAG), or a named CPU model instead of host";

/** Windows starts its own hypervisor where it is let, for its security (VBS): then each guest in it is one deeper. */
export const windowsNests: Rule = {
  name: 'windows-nests',
  question: 'Are Windows guests that may nest configured for it?',
  source:
    'QEMU docs/system/i386/hyperv.rst, "hv-evmcs" and "Recommendations"; github.com/dockur/windows pull 1155; rebjak.com, "Why host CPU type on Proxmox is slower for Windows VMs"',
  judge({ facts, guests }) {
    const windows = guests.filter((guest) => (guest.hyperv ?? '') !== '' && guest.accelerator === 'kvm');
    if (windows.length === 0) return undefined;
    const nesting = facts.kvmModules.nested === true ? windows.filter(mayNest) : [];
    if (nesting.length === 0) return pass('no guest with Hyper-V enlightenments may nest');
    const virtualization = facts.cpu.virtualization ?? '';
    const lacking = nesting.flatMap((guest) => lackOf(guest, virtualization));
    const flag = virtualization || 'vmx';
    if (lacking.length > 0) {
      return warn(
        `slower than necessary: ${lacking.map(({ name, lacks }) => `${name} may nest and lacks ${lacks.join(', ')}`).join('; ')}`,
        `${howToGive(lacking.flatMap(({ lacks }) => lacks))}. ${WITHOUT_ROLE.replaceAll('FLAG', flag)}`,
      );
    }
    return info(
      `${nesting.map(({ guest }) => guest).join(', ')} may nest and has what Hyper-V requires. While Windows runs its own hypervisor with the CPU model "host", its memory is slower`,
      WITHOUT_ROLE.replaceAll('FLAG', flag),
    );
  },
};

function mayNest({ vmm, cpuModel, hyperv }: GuestShape): boolean {
  // Cloud Hypervisor gives nesting unless it is told not to, and its set is fixed.
  return vmm === 'cloud-hypervisor' ? hyperv !== '' : givesVirtualization(cpuModel ?? '');
}

function lackOf({ guest, vmm, hyperv }: GuestShape, virtualization: string) {
  const given = (hyperv ?? '').split(' ');
  if (vmm !== 'qemu' || given.includes('passthrough')) return [];
  const lacks = (FOR_NESTING[virtualization] ?? []).filter((name) => !given.includes(name));
  return lacks.length === 0 ? [] : [{ name: guest ?? '', lacks }];
}

function howToGive(lacks: readonly string[]): string {
  const names = [...new Set(lacks)];
  const xml = names.map((name) => XML[name] ?? `<${name} state='on'/>`).join('');
  const flags = names.map((name) => `hv-${name}`).join(',');
  return `virsh edit GUEST: <hyperv>${xml}</hyperv> in <features> (plain QEMU -cpu …,${flags}), ${LIBVIRT_CYCLE}${names.includes('evmcs') ? '; measure with and without it, because evmcs switches posted interrupts off' : ''}`;
}

/** libvirt's words where they are not QEMU's. */
const XML: Readonly<Record<string, string>> = {
  'emsr-bitmap': "<emsr_bitmap state='on'/>",
  'tlbflush-direct': "<tlbflush state='on'><direct state='on'/></tlbflush>",
};
