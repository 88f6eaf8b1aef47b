import { type Argument, lastOf, readsConfig, valuesOf } from '../arguments.ts';
import { parseProperties } from '../properties.ts';

/** Type of machine that QEMU emulates, such as "pc-q35-7.2"; empty for its default. */
export function machineType(args: readonly Argument[]): string {
  for (const value of valuesOf(args, 'machine', 'M').reverse()) {
    const { head, values } = parseProperties(value);
    const type = head || values.get('type');
    if (type !== undefined && type !== '') return type;
  }
  return '';
}

/** Ways in which QEMU runs and is no machine: asked about itself by libvirt, or for its help. */
export function isNoMachine(args: readonly Argument[]): boolean {
  const asked = args.some(([option, values]) =>
    ['help', 'h', 'version'].includes(option) ? true : values[0] === 'help' || values[0] === '?',
  );
  return asked || machineType(args) === 'none';
}

/**
 * Accelerators in the order in which QEMU tries them. A QEMU named qemu-kvm or kvm uses KVM by default, every other
 * one emulates. Where a file may say it, it is open as well.
 */
export function accelerators(program: string, args: readonly Argument[]): string[] {
  const named = valuesOf(args, 'accel').map((value) => {
    const { head, values } = parseProperties(value);
    return head || (values.get('accel') ?? '');
  });
  if (args.some(([option]) => option === 'enable-kvm')) named.push('kvm');
  for (const value of valuesOf(args, 'machine', 'M')) {
    named.push(...(parseProperties(value).values.get('accel')?.split(':') ?? []));
  }
  const known = [...new Set(named)].filter((name) => name !== '');
  if (known.length > 0) return known;
  return readsConfig(args) || /(^|-)kvm$/.test(program) ? ['kvm', 'tcg'] : ['tcg'];
}

/** CPU model as it was asked for, with its features; empty for QEMU's default. */
export function cpuModel(args: readonly Argument[]): string {
  return (lastOf(args, 'cpu') ?? '').slice(0, 512);
}
