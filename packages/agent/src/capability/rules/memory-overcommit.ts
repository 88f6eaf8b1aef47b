import { formatMemory } from '@nestwatch/common/quantities';
import { valueIn } from '../../host/host.ts';
import { LIBVIRT_CYCLE } from '../advice/module.ts';
import { pass, type Rule, warn } from '../rule.ts';

/** What the node needs beside its guests, at the least: QEMU itself, page tables, the system. */
const NODE_SHARE = 0.05;

export const memoryOvercommit: Rule = {
  name: 'memory-overcommit',
  question: 'Does the memory of the guests fit the memory of this node?',
  source: 'Linux Documentation/mm/overcommit-accounting.rst',
  judge({ facts, guests }) {
    const total = valueIn(facts.memory.total_bytes);
    if (total === undefined || guests.length === 0) return undefined;
    const given = guests.reduce((sum, guest) => sum + (guest.memoryBytes ?? 0), 0);
    const summary = `${formatMemory(given)} given to ${guests.length} ${guests.length === 1 ? 'guest' : 'guests'}, ${formatMemory(total)} here`;
    if (given <= total * (1 - NODE_SHARE)) return pass(summary);
    const biggest = [...guests].sort((one, two) => (two.memoryBytes ?? 0) - (one.memoryBytes ?? 0))[0];
    const less = Math.floor(((biggest?.memoryBytes ?? 0) - (given - total * (1 - NODE_SHARE))) / 2 ** 20);
    return warn(
      `over-committed: ${summary}; when guests use it all, this node swaps or kills one of them`,
      less > 0
        ? `virsh setmaxmem ${biggest?.guest} ${less}M --config && virsh setmem ${biggest?.guest} ${less}M --config (plain QEMU -m ${less}M), ${LIBVIRT_CYCLE}; or give this node more memory`
        : 'Stop a guest, or give this node more memory',
    );
  },
};
