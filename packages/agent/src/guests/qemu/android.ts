import { defined } from '@nestwatch/common/defined';
import { lastOf, parseArguments } from '../arguments.ts';
import { parseCount, parseSize } from '../properties.ts';
import type { ParsedGuest } from './guest.ts';
import { memoryBytes } from './memory.ts';
import { vcpus } from './vcpus.ts';
import { parseQemuArguments } from './words.ts';

/** Whether a QEMU is the Android emulator's: it has options of its own and takes the guest from a file. */
export function isAndroid(words: readonly string[]): boolean {
  const [program = '', ...rest] = words;
  const isItsOwn = /\/emulator\/qemu\/|-headless$|(^|\/)emulator(64)?-(x86|arm|mips)/.test(program);
  return isItsOwn || rest.some((word) => word === '-avd' || /^@[\w.-]+$/.test(word));
}

/**
 * An Android virtual device: `-avd NAME` or `@NAME`. Its figures stand in its own file, and where the command line says
 * none, in options of the emulator or behind `-qemu` in QEMU's, none are told. It uses KVM where it can.
 */
export function parseAndroid(words: readonly string[]): ParsedGuest | undefined {
  const end = words.indexOf('-qemu');
  const own = words.slice(1, end === -1 ? undefined : end);
  const args = parseArguments(own);
  if (args.some(([option]) => NO_MACHINE.test(option))) return undefined;
  const qemu = parseQemuArguments(end === -1 ? [] : words.slice(end + 1));
  const tried = accelerators(lastOf(args, 'no-accel') === undefined ? lastOf(args, 'accel') : 'off');
  return defined({
    guest: defined({
      vmm: 'qemu',
      guest: lastOf(args, 'avd') ?? own.find((word) => word.startsWith('@'))?.slice(1) ?? '',
      machine: 'android',
      accelerator: tried.length === 1 ? (tried[0] ?? '') : '',
      vcpus: lastOf(qemu, 'smp') === undefined ? parseCount(lastOf(args, 'cores')) : vcpus(qemu),
      memoryBytes:
        lastOf(qemu, 'm') === undefined
          ? parseSize(lastOf(args, 'memory') ?? '', 'm')
          : memoryBytes(qemu, ''),
    }),
    accelerators: tried.length > 1 ? tried : undefined,
  });
}

const NO_MACHINE = /^(help|version|list-avds|accel-check|snapshot-list|webcam-list)/;

function accelerators(mode = 'auto'): string[] {
  if (mode === 'on') return ['kvm'];
  return mode === 'off' ? ['tcg'] : ['kvm', 'tcg'];
}
