import type { Argument } from '../arguments.ts';
import { readsConfig } from '../arguments.ts';
import { leading, parseProperties } from '../properties.ts';

/** One option that names accelerators. Newer QEMUs refuse both ways together; of older ones the last counts. */
interface Named {
  readonly by: 'accel' | 'machine';
  readonly names: readonly string[];
}

/**
 * Accelerators in the order in which QEMU tries them. A QEMU named qemu-kvm or kvm uses KVM by default, every other
 * one emulates, and Xen's machines run under Xen. Where a file may say it, it is open as well.
 */
export function accelerators(program: string, machine: string, args: readonly Argument[]): string[] {
  const named = args.flatMap(namedBy).filter(({ names }) => names.length > 0);
  const last = named.at(-1);
  const asked = last?.by === 'accel' ? named.filter(({ by }) => by === 'accel') : named.slice(-1);
  const known = possible([...new Set(asked.flatMap(({ names }) => names))]);
  if (known.length > 0) return known;
  if (/^xen/.test(machine) || args.some(([option]) => XEN_OPTIONS.test(option))) return ['xen'];
  return readsConfig(args) || KVM_PROGRAM.test(program) ? ['kvm', 'tcg'] : ['tcg'];
}

const XEN_OPTIONS = /^xen-(domid|attach|create)$/;
const KVM_PROGRAM = /(^|-)kvm([-.]|$)/;

function namedBy([option, [value = '']]: Argument): Named[] {
  const split = (names: string | undefined) => (names ?? '').split(':').filter((name) => name !== '');
  switch (option) {
    case 'accel':
      return [{ by: 'accel', names: split(leading(parseProperties(value), 'accel')) }];
    case 'machine':
    case 'M':
      return [{ by: 'machine', names: split(parseProperties(value).values.get('accel')) }];
    case 'enable-kvm':
      return [{ by: 'machine', names: ['kvm'] }];
    case 'no-kvm':
      return [{ by: 'machine', names: ['tcg'] }];
    default:
      return [];
  }
}

/** Those that QEMU has on Linux: it passes over the others of a list (macOS, Windows, NetBSD). */
function possible(names: readonly string[]): string[] {
  const here = names.filter((name) => !/^(hvf|whpx|nvmm|hax)$/.test(name));
  return here.length > 0 ? here : [...names];
}
