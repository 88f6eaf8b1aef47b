import { describe, expect, test } from 'vitest';
import { adviceOf, assessMachine, factsOf, type Machine, verdictsOf } from '../support/machine.ts';

const clocksource = 'sys/devices/system/clocksource/clocksource0';
const usual = {
  'proc/meminfo': 'MemTotal: 16000000 kB\nHugePages_Total: 0\nHugepagesize: 2048 kB\n',
  'sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
  [`${clocksource}/current_clocksource`]: 'arch_sys_counter\n',
  [`${clocksource}/available_clocksource`]: 'arch_sys_counter \n',
};

/** A server with KVM in its kernel, as Arm kernels have it: no module of a vendor. */
const armHost: Machine = {
  architecture: 'aarch64',
  kvm: true,
  files: {
    ...usual,
    'proc/cpuinfo':
      'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd aes crc32 atomics sve\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n',
    'proc/misc': '232 kvm\n',
    'sys/devices/system/cpu/online': '0-63\n',
    'sys/module/kvm/parameters/halt_poll_ns': '500000\n',
    'sys/class/iommu/smmu3.0x0000000048000000/uevent': '',
    'sys/class/dmi/id/sys_vendor': 'Example Servers\n',
    'sys/class/dmi/id/product_name': 'A64\n',
  },
};

const armGuest: Machine = {
  architecture: 'aarch64',
  kvm: 'ENOENT',
  files: {
    ...usual,
    'proc/cpuinfo':
      'processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n\nprocessor\t: 1\nFeatures\t: fp asimd\n',
    'proc/misc': '10 rng\n',
    'sys/devices/system/cpu/online': '0-1\n',
    'sys/class/dmi/id/sys_vendor': 'QEMU\n',
    'sys/class/dmi/id/product_name': 'QEMU Virtual Machine\n',
  },
};

const machines: readonly [string, Machine][] = [
  ['an Arm server', armHost],
  ['an Arm guest', armGuest],
  ['an Arm guest whose device node has nothing behind it', { ...armGuest, kvm: 'ENODEV' }],
  ['an Arm guest with guests', { ...armGuest, kvm: true, guests: [{ guest: 'inner', accelerator: 'kvm' }] }],
  [
    'an Arm machine with a slow clock',
    { ...armGuest, files: { ...armGuest.files, [`${clocksource}/current_clocksource`]: 'jiffies\n' } },
  ],
  [
    'a mainframe',
    {
      architecture: 's390x',
      files: {
        ...usual,
        'proc/cpuinfo':
          'vendor_id       : IBM/S390\n# processors    : 2\nfeatures\t: esan3 zarch te vx sie\n',
        'sys/devices/system/cpu/online': '0-1\n',
      },
    },
  ],
  [
    'a RISC-V board',
    {
      architecture: 'riscv64',
      files: {
        ...usual,
        'proc/cpuinfo': 'processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc\nuarch\t\t: example,u74\n',
        'sys/devices/system/cpu/online': '0-3\n',
        [`${clocksource}/current_clocksource`]: 'riscv_clocksource\n',
      },
    },
  ],
];

const OF_X86 = /\b(vmx|svm|vt-x|amd-v|kvm[_-]intel|kvm[_-]amd|intel|amd|bios|tsc|kvmclock|cpuid|iommu=on)\b/i;

describe.each(machines)('%s', (_, machine) => {
  test('says in one line that virtualization is not understood there', async () => {
    const { architecture } = machine;
    expect(verdictsOf(await assessMachine(machine))['architecture']).toBe(
      `unknown: unsupported architecture ${architecture}: virtualization is supported on x86_64 only; everything else is reported`,
    );
  });

  test('is told nothing of x86', async () => {
    const { verdicts } = await assessMachine(machine);
    const told = verdicts.map(({ rule, summary, advice = '' }) => `${rule.name}: ${summary} ${advice}`);
    expect(told.filter((text) => OF_X86.test(text.replace('x86_64', '')))).toEqual([]);
  });

  test('has what all machines have, and the reason for what only x86 has', async () => {
    const { facts } = await assessMachine(machine);
    expect(facts.cpus.online.state).toBe('known');
    expect(facts.memory.total_bytes.state).toBe('known');
    const why = `unsupported architecture ${machine.architecture}: only x86_64 has this`;
    for (const source of [facts.cpu, facts.vmx, facts.svm, facts.firmware, facts.cpuid, facts.exitCost]) {
      expect([...new Set(Object.values(source))]).toEqual([{ state: 'absent', reason: why }]);
    }
  });
});

test('an Arm server hosts guests when /dev/kvm opens', async () => {
  const assessment = await assessMachine(armHost);
  expect(verdictsOf(assessment)).toMatchObject({
    'can-host': 'pass: yes: /dev/kvm opens',
    'kvm-device': 'pass: it opens for reading and writing',
    clocksource: 'pass: arch_sys_counter',
    iommu: 'pass: yes: smmu3.0x0000000048000000, 0 groups',
  });
  expect(verdictsOf(assessment)).not.toHaveProperty('can-nest');
  expect(factsOf(assessment)).toMatchObject({ 'cpus.online': '64', 'kvm_modules.loaded': 'kvm' });
});

test('an Arm guest without KVM hears where to look', async () => {
  const assessment = await assessMachine(armGuest);
  expect(verdictsOf(assessment)['can-host']).toBe(
    'fail: no: /dev/kvm does not open: ENOENT, and no module provides it',
  );
  expect(adviceOf(assessment, 'can-host')).toMatch(/^node: KVM is part of the kernel here: "dmesg/);
  expect(verdictsOf(assessment)).not.toHaveProperty('kvm-module');
});

test('what a guest with guests loses when it is saved is not known there', async () => {
  const guests = [{ guest: 'inner', accelerator: 'kvm' }];
  const assessment = await assessMachine({ ...armGuest, kvm: true, guests });
  expect(verdictsOf(assessment)['snapshot']).toMatch(/\(inner\); the outcome is not known here$/);
});
