import { formatMemory } from '@nestwatch/common/quantities';
import { info, LIBVIRT_CYCLE, pass, type Rule, warn } from '../rule.ts';

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

export const vcpuOvercommit: Rule = {
  name: 'vcpu-overcommit',
  question: 'Does this node have enough CPUs for the vCPUs of its guests?',
  source:
    'github.com/cockpit-project/cockpit-machines/pull/829: soft lockups of third-level guests with too many vCPUs',
  judge({ facts, guests }) {
    const cpus = facts.cpus.online;
    if (cpus === undefined || guests.length === 0) return undefined;
    const tooBig = guests.filter((guest) => (guest.vcpus ?? 0) > cpus);
    const total = guests.reduce((sum, guest) => sum + (guest.vcpus ?? 0), 0);
    const [first] = tooBig;
    if (first !== undefined) {
      const who = tooBig.map((guest) => `${guest.guest} has ${guest.vcpus}`).join(', ');
      return warn(
        `no: ${who} vCPUs on ${cpus} CPUs; a vCPU can wait for a lock whose holder is not scheduled`,
        `virsh setvcpus ${first.guest} ${cpus} --maximum --config && virsh setvcpus ${first.guest} ${cpus} --config (plain QEMU -smp ${cpus}), ${LIBVIRT_CYCLE}`,
      );
    }
    if (total > cpus) return info(`${total} vCPUs of ${guests.length} guests share ${cpus} CPUs`);
    return pass(`${count(total, 'vCPU')} on ${count(cpus, 'CPU')}`);
  },
};

/** What the node needs beside its guests, at the least: QEMU itself, page tables, the system. */
const NODE_SHARE = 0.05;

export const memoryOvercommit: Rule = {
  name: 'memory-overcommit',
  question: 'Does this node have enough memory for its guests?',
  source: 'Linux Documentation/mm/overcommit-accounting.rst',
  judge({ facts, guests }) {
    const total = facts.memory.total_bytes;
    if (total === undefined || guests.length === 0) return undefined;
    const given = guests.reduce((sum, guest) => sum + (guest.memoryBytes ?? 0), 0);
    const summary = `${formatMemory(given)} assigned to ${count(guests.length, 'guest')}, ${formatMemory(total)} in this node`;
    if (given <= total * (1 - NODE_SHARE)) return pass(summary);
    const biggest = [...guests].sort((one, two) => (two.memoryBytes ?? 0) - (one.memoryBytes ?? 0))[0];
    const less = Math.floor(((biggest?.memoryBytes ?? 0) - (given - total * (1 - NODE_SHARE))) / 2 ** 20);
    return warn(
      `over-committed: ${summary}; if guests use it all, this node swaps or kills one of them`,
      less > 0
        ? `virsh setmaxmem ${biggest?.guest} ${less}M --config && virsh setmem ${biggest?.guest} ${less}M --config (plain QEMU -m ${less}M), ${LIBVIRT_CYCLE}; or give this node more memory`
        : 'Stop a guest, or give this node more memory',
    );
  },
};

/** With less the kernel turns them off when it starts, whatever its command line says (mm/huge_memory.c). */
const LEAST_FOR_TRANSPARENT_BYTES = 512 * 2 ** 20;

export const hugePages: Rule = {
  name: 'huge-pages',
  question: 'Can guests use huge pages?',
  source:
    'Linux Documentation/admin-guide/mm/transhuge.rst; github.com/cloud-hypervisor/cloud-hypervisor/issues/6060: first touches in nested guests',
  judge({ facts }) {
    const transparent = facts.hugePages.transparent;
    if (transparent === undefined || facts.kvmDevice.opens !== true) return undefined;
    const reserved = facts.hugePages.reserved ?? 0;
    if (transparent !== 'never') return pass(`transparent huge pages: ${transparent}`);
    if (reserved > 0) return pass(`${reserved} reserved`);
    if ((facts.memory.total_bytes ?? Number.POSITIVE_INFINITY) < LEAST_FOR_TRANSPARENT_BYTES) {
      return info(
        'no: with less than 512 MiB of memory the kernel turns transparent huge pages off; there is also little room for guests',
      );
    }
    return warn(
      'no: transparent huge pages are off and none are reserved; first touches and page walks of guests are slow',
      "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled (QEMU asks for them), and transparent_hugepage=madvise on the kernel's command line",
    );
  },
};
