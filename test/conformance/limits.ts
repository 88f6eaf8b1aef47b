import type { Limit } from './comparison.ts';

const ELSEWHERE = /(arm|armv7|loongarch|ppc|ppc64|rv64|s390|sparc64)(-.*)?/;

/** Where an oracle and we differ, and why that is no fault of ours. A limit that explains nothing fails the run. */
export const LIMITS: readonly Limit[] = [
  {
    oracle: 'libvirt',
    field: 'macs',
    cases: /(net-hostdev|net-virtio-teaming|pseries-hostdevs-1).*/,
    reason: 'a card that is given away whole has its address from the host, not from the command line',
  },
  {
    oracle: 'libvirt',
    field: 'macs',
    cases: /net-many-models\..*/,
    reason: 'two of its models are made up: QEMU has no cards of these names',
  },
  {
    oracle: 'libvirt',
    field: 'vcpus',
    cases: /cpu-hotplug-startup\..*/,
    reason: "libvirt plugs its further CPUs in through QEMU's monitor, not on the command line",
  },
  {
    oracle: 'libvirt',
    field: 'disks',
    cases: /qemu-ns-.*/,
    reason: 'its made-up argument is a bare word, which QEMU takes for the name of a disk',
  },
  {
    oracle: 'libvirt',
    field: 'caches',
    cases: /qemu-ns-.*/,
    reason: 'its made-up argument is a bare word, which QEMU takes for the name of a disk',
  },
  {
    oracle: 'libvirt',
    field: 'memory',
    cases: /migrate-numa-unaligned\..*/,
    reason: 'its -m is not the sum of its NUMA cells, so QEMU would refuse it',
  },
  {
    oracle: 'libvirt',
    field: 'disks',
    cases: /disk-cdrom-bus-other\..*/,
    reason: 'a CD-ROM on USB is usb-storage as a disk is; nothing on the command line says which',
  },
  {
    oracle: 'libvirt',
    field: 'caches',
    cases: /disk-cdrom-bus-other\..*/,
    reason: 'a CD-ROM on USB is usb-storage as a disk is; nothing on the command line says which',
  },
  {
    oracle: 'libvirt',
    field: 'disks',
    cases: /disk-(startuppolicy-optional-drop|transient)\..*/,
    reason: 'libvirt leaves the disk out: its source is not there, or it is plugged in later',
  },
  {
    oracle: 'libvirt',
    field: 'caches',
    cases: /disk-(startuppolicy-optional-drop|transient)\..*/,
    reason: 'libvirt leaves the disk out: its source is not there, or it is plugged in later',
  },
  {
    oracle: 'libvirt',
    field: 'caches',
    cases: /disk-shared\..*/,
    reason:
      'libvirt turns the cache of a disk off that guests share, and does not write so into the description',
  },
  {
    oracle: 'util-linux',
    field: 'vendor',
    cases: ELSEWHERE,
    reason: 'only the CPUs of x86-64 are described; the agent says so',
  },
  {
    oracle: 'util-linux',
    field: 'model',
    cases: ELSEWHERE,
    reason: 'only the CPUs of x86-64 are described; the agent says so',
  },
  {
    oracle: 'util-linux',
    field: 'hypervisor',
    cases: ELSEWHERE,
    reason:
      'known by devices and files of other architectures, of which only x86-64 is described; the agent says so',
  },
  {
    oracle: 'node-exporter',
    field: 'disks',
    cases: /.* (dm-\d+|mmcblk0p\d+|sr0)/,
    reason: 'what stands on disks, parts of them and CD-ROMs are not counted: the disk itself is',
  },
  {
    oracle: 'systemd',
    field: 'DMI word',
    cases: /QEMU/,
    reason: 'QEMU says this under KVM as well; systemd asks CPUID before, so there it means emulation',
  },
  {
    oracle: 'systemd',
    field: 'pressure',
    cases: /file [23], some/,
    reason: 'averages that no kernel writes; only the totals are read',
  },
];
