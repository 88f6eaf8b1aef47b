import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FileTree } from './file-tree.ts';
import type { Machine } from './machine.ts';

const cpuinfoFile = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../fixtures/cpuinfo', name), 'utf8');

export const I5 = cpuinfoFile('intel-core-i5-750-host.txt');
export const XEON_GUEST = cpuinfoFile('intel-xeon-8358-digitalocean-guest.txt');
/** The flags line is recorded; the lines around it are those that every AMD host has. */
export const RYZEN = `processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD Ryzen 5 2600X Six-Core Processor\n${cpuinfoFile('amd-ryzen-ubuntu2004-host.flags.txt')}`;

export const parameters = (module: string, values: Readonly<Record<string, string>>): FileTree =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`sys/module/${module}/parameters/${name}`, `${value}\n`]),
  );

const clock = (current: string, available: string): FileTree => ({
  'sys/devices/system/clocksource/clocksource0/current_clocksource': `${current}\n`,
  'sys/devices/system/clocksource/clocksource0/available_clocksource': `${available} \n`,
});

const small: FileTree = {
  'sys/devices/system/cpu/online': '0-3\n',
  'proc/meminfo': 'MemTotal:        8000000 kB\nHugePages_Total:       0\nHugepagesize:       2048 kB\n',
  'sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
  ...clock('tsc', 'tsc hpet acpi_pm'),
};

const INTEL_PARAMETERS = {
  nested: 'Y',
  ept: 'Y',
  vpid: 'Y',
  unrestricted_guest: 'Y',
  enable_shadow_vmcs: 'Y',
  enable_apicv: 'Y',
};

/** Files of a host with the flags of the cloud's Xeon, as its owner sees them: without the hypervisor flag. */
export const intelHost = (intel: Readonly<Record<string, string>> = {}): Machine => ({
  kvm: true,
  files: {
    ...small,
    'proc/cpuinfo': XEON_GUEST.replace(/ hypervisor /g, ' '),
    'sys/module/kvm/parameters/halt_poll_ns': '200000\n',
    ...parameters('kvm_intel', { ...INTEL_PARAMETERS, ...intel }),
  },
});

export const amdHost = (amd: Readonly<Record<string, string>> = {}): Machine => ({
  kvm: true,
  files: {
    ...small,
    'proc/cpuinfo': RYZEN,
    ...parameters('kvm_amd', { nested: '1', npt: 'Y', nrips: '1', vgif: '1', vls: '1', avic: 'N', ...amd }),
  },
});

/** A guest of KVM with what its parent let through. */
export const kvmGuest = (more: Machine = {}): Machine => ({
  ...more,
  signature: more.signature ?? 'KVMKVMKVM',
  files: {
    ...small,
    'proc/cpuinfo': XEON_GUEST,
    ...clock('kvm-clock', 'kvm-clock tsc acpi_pm'),
    'sys/class/dmi/id/sys_vendor': 'QEMU\n',
    'sys/class/dmi/id/product_name': 'Standard PC (Q35 + ICH9, 2009)\n',
    ...more.files,
  },
});

/** The Xeon's cpuinfo without vmx, as a guest has it whose parent does not let it through. */
export const WITHOUT_VMX = XEON_GUEST.replace(/ vmx /g, ' ').replace(/^vmx flags.*\n/gm, '');
