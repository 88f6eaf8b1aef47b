import { UsageError } from '@nestwatch/common/errors';
import { formatMemory } from '@nestwatch/common/quantities';
import { readIfThere } from '../../local/read-if-there.ts';
import { layOut, writtenBytes } from './layout.ts';
import { machinesByLayer, type Tree, treeText } from './tree.ts';

const MIB = 1024 * 1024;
/** Beside guest0's memory: what its QEMU translates, servers and collector. */
const OTHER_MEMORY_MIB = 500;
/** Seconds from the start of a machine to its report, by its layer: emulated, on two idle cores, booted from the image. */
const BOOT_SECONDS = [20, 24, 34, 85] as const;

/** Memory that a lab takes of this machine at the most, bytes: that of guest0 holds all others'. */
export function memoryBytes(tree: Tree): number {
  return (layOut(tree)[0].memoryMib + OTHER_MEMORY_MIB) * MIB;
}

/** Seconds until all machines of an emulated lab report, booted one after the other from the image. */
export function bootSeconds(tree: Tree): number {
  return machinesByLayer(tree).reduce((sum, count, depth) => sum + count * (BOOT_SECONDS[depth] ?? 0), 0);
}

/** What a lab is going to take, for a person who may want to stop it: "7 machines in 3 layers (1, 2, 4): …". */
export function costText(tree: Tree, accelerator: 'tcg' | 'kvm'): string {
  const seconds = bootSeconds(tree);
  const time = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  const boot = accelerator === 'tcg' ? `, about ${time} to boot on an idle machine` : '';
  const [memory, disk] = [memoryBytes(tree), writtenBytes(tree)].map(formatMemory);
  return `${treeText(tree)}: up to ${memory} of memory and ${disk} of disk${boot}`;
}

/**
 * @param meminfo text of /proc/meminfo; without one, nothing is refused
 * @throws UsageError when less memory is available than a lab takes
 */
export function refuseShortMemory(
  tree: Tree,
  what: string,
  meminfo = readIfThere('/proc/meminfo') ?? '',
): void {
  const availableKib = Number(/^MemAvailable:\s*(\d+) kB$/m.exec(meminfo)?.[1]);
  const needed = memoryBytes(tree);
  if (!(availableKib * 1024 < needed)) return;
  throw new UsageError(
    `${what} takes up to ${formatMemory(needed)} of memory, and ${formatMemory(availableKib * 1024)} are available on this machine: give fewer guests with --tree, or fewer --layers`,
  );
}
