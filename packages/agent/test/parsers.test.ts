import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerOfCgroup } from '../src/capability/facts/container.ts';
import { givenModel } from '../src/capability/facts/cpu-model.ts';
import { signatureFrom } from '../src/capability/facts/cpuid-signature.ts';
import { countCpuList } from '../src/capability/facts/cpus.ts';
import { busFromPath } from '../src/capability/facts/disks.ts';
import { parseModprobe } from '../src/capability/facts/modprobe.ts';
import { parsePrettyName } from '../src/capability/facts/system.ts';
import { parseHostValidate } from '../src/commands/check/virt-host-validate.ts';
import { parseCloudHypervisor } from '../src/guests/cloud-hypervisor.ts';
import { parseFirecrackerConfig } from '../src/guests/firecracker.ts';
import { parseCpuInfo } from '../src/host/cpuinfo.ts';
import { parseMeminfo } from '../src/host/meminfo.ts';
import { parseProcessStat } from '../src/host/process-stat.ts';
import { assessMachine, factsOf } from './support/machine.ts';
import { I5, RYZEN, XEON_GUEST } from './support/usual-machines.ts';

/** Text that looks somewhat like what the parsers expect, so that more than their first line is tried. */
const text = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        ':',
        '=',
        ',',
        '\n',
        '\t',
        ' ',
        'flags',
        'processor',
        'options',
        'kvm',
        '0-3',
        'kB',
        '{',
        '}',
        '"',
        '\0',
      ),
    )
    .map((parts) => parts.join('')),
  fc.json(),
);

test.each<[string, (given: string) => unknown]>([
  ['cpuinfo', parseCpuInfo],
  ['meminfo', parseMeminfo],
  ['CPU list', countCpuList],
  ['modprobe.d', parseModprobe],
  ['os-release', parsePrettyName],
  ['cgroup', containerOfCgroup],
  ['model name', givenModel],
  ['block device', (given) => busFromPath(given, given)],
  ['signature', (given) => signatureFrom(Buffer.from(given))],
  ['virt-host-validate', parseHostValidate],
  ['process stat', (given) => parseProcessStat(given)?.number(22)],
  ['Firecracker configuration', parseFirecrackerConfig],
  ['Cloud Hypervisor', (given) => parseCloudHypervisor(given.split('\0'))],
])('any text as %s gives a result', (_, parse) => {
  fc.assert(fc.property(text, (given) => void parse(given)));
});

test('a machine whose every file is nonsense gives facts, and never an exception', async () => {
  const paths = [
    ...['proc/cpuinfo', 'proc/meminfo', 'proc/cmdline', 'proc/stat', 'proc/self/status', 'proc/1/environ'],
    ...['sys/devices/system/cpu/online', 'etc/os-release', 'etc/modprobe.d/x.conf', 'sys/hypervisor/type'],
    ...['sys/module/kvm_intel/parameters/nested', 'sys/kernel/mm/transparent_hugepage/enabled'],
    'sys/devices/system/clocksource/clocksource0/available_clocksource',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: paths.length, maxLength: paths.length }), async (texts) => {
      const files = Object.fromEntries(paths.map((path, at) => [path, texts[at] ?? '']));
      expect(Object.keys(factsOf(await assessMachine({ files }))).length).toBeGreaterThan(50);
    }),
    { numRuns: 25 },
  );
});

describe('recorded cpuinfo', () => {
  test('has its processors, flags and vmx flags', () => {
    expect(parseCpuInfo(I5)).toMatchObject({ processors: 4 });
    expect(parseCpuInfo(I5).vmxFlags?.has('ept')).toBe(true);
    expect(parseCpuInfo(I5).vmxFlags?.has('shadow_vmcs')).toBe(false);
    expect(parseCpuInfo(XEON_GUEST).vmxFlags?.has('shadow_vmcs')).toBe(true);
    expect(parseCpuInfo(RYZEN).flags.has('v_vmsave_vmload')).toBe(true);
  });
});

test.each([
  ['0-3', 4],
  ['0-3,8,10-11\n', 7],
  ['0', 1],
  ['', undefined],
  ['3-1', undefined],
  ['0-x', undefined],
])('the CPU list %j has %s', (list, count) => {
  expect(countCpuList(list)).toBe(count);
});

test.each([
  ['Intel(R) Xeon(R) Platinum 8358 CPU @ 2.60GHz', 'host'],
  ['Intel(R) Core(TM) i5 CPU         750  @ 2.67GHz', 'host'],
  ['AMD EPYC 7702 64-Core Processor', 'host'],
  ['13th Gen Intel(R) Core(TM) i7-13700K', 'host'],
  ['Intel Xeon Processor (Skylake, IBRS)', 'named'],
  ['Intel Core Processor (Haswell, no TSX)', 'named'],
  ['AMD EPYC Processor', 'named'],
  ['AMD EPYC-Rome Processor', 'named'],
  ['QEMU Virtual CPU version 2.5+', 'default'],
  ['QEMU TCG CPU version 2.5+', 'default'],
  ['Common KVM processor', 'default'],
])('the model %j is %s', (name, given) => {
  expect(givenModel(name)).toEqual({ state: 'known', value: given });
});

test.each([
  ['vda', '../devices/pci0000:00/0000:00:02.0/virtio1/block/vda', 'virtio'],
  ['sda', '../devices/pci0000:00/0000:00:05.0/virtio2/host2/target2:0:0/2:0:0:0/block/sda', 'virtio-scsi'],
  ['sda', '../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda', 'sata'],
  ['nvme0n1', '../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1', 'nvme'],
  ['xvda', '../devices/vbd-51712/block/xvda', 'xen'],
  ['loop0', '../devices/virtual/block/loop0', undefined],
])('the disk %s at %s is on %s', (name, path, bus) => {
  expect(busFromPath(name, path)).toBe(bus);
});

test.each([
  ['0::/\n', undefined],
  ['12:pids:/docker/3f1a\n0::/docker/3f1a', 'docker'],
  ['0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-1.scope', 'kubepods'],
  ['0::/lxc/web/init.scope', 'lxc'],
  ['0::/user.slice/dockerish', undefined],
])('the cgroup %j is %s', (cgroup, manager) => {
  expect(containerOfCgroup(cgroup)).toBe(manager);
});
