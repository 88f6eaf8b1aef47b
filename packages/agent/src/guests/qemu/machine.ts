import { type Argument, lastOf, readsConfig } from '../arguments.ts';
import { leading, parseCount, parseProperties, parseSize, propertiesOf } from '../properties.ts';

/** Type of machine that QEMU emulates, such as "pc-q35-7.2"; empty for its default. */
export function machineType(args: readonly Argument[]): string {
  const types = propertiesOf(args, 'machine', 'M').map((machine) => leading(machine, 'type'));
  return types.findLast((type) => type !== '') ?? '';
}

/** Ways in which QEMU runs and is no machine: asked about itself by libvirt, or for its help. */
export function isNoMachine(args: readonly Argument[]): boolean {
  const asked = args.some(
    ([option, [value]]) => ['help', 'h', 'version'].includes(option) || value === 'help' || value === '?',
  );
  return asked || machineType(args) === 'none';
}

/**
 * Accelerators in the order in which QEMU tries them. A QEMU named qemu-kvm or kvm uses KVM by default, every other
 * one emulates. Where a file may say it, it is open as well.
 */
export function accelerators(program: string, args: readonly Argument[]): string[] {
  const named = propertiesOf(args, 'accel').map((accel) => leading(accel, 'accel'));
  if (args.some(([option]) => option === 'enable-kvm')) named.push('kvm');
  for (const { values } of propertiesOf(args, 'machine', 'M')) {
    named.push(...(values.get('accel')?.split(':') ?? []));
  }
  const known = [...new Set(named)].filter((name) => name !== '');
  if (known.length > 0) return known;
  return readsConfig(args) || /(^|-)kvm$/.test(program) ? ['kvm', 'tcg'] : ['tcg'];
}

/** CPU model as it was asked for, with its features; empty for QEMU's default. */
export function cpuModel(args: readonly Argument[]): string {
  return (lastOf(args, 'cpu') ?? '').slice(0, 512);
}

const DEFAULT_MEMORY = 128 * 2 ** 20;

/** Memory in bytes: `-m 4G`, `-m 4096` (MiB) or `-m size=4194304k,slots=16`. Undefined when not understood. */
export function memoryBytes(args: readonly Argument[]): number | undefined {
  const value = lastOf(args, 'm');
  if (value === undefined) return readsConfig(args) ? undefined : DEFAULT_MEMORY;
  return parseSize(leading(parseProperties(value), 'size'), 'm');
}

/** Virtual CPUs: `-smp 4`, `-smp cpus=2,maxcpus=4` or sockets, cores and so on alone, whose product counts. */
export function vcpus(args: readonly Argument[]): number | undefined {
  const value = lastOf(args, 'smp');
  if (value === undefined) return readsConfig(args) ? undefined : 1;
  const properties = parseProperties(value);
  const count = leading(properties, 'cpus');
  if (count !== '') return parseCount(count);
  const { values } = properties;
  const levels = ['drawers', 'books', 'sockets', 'dies', 'clusters', 'modules', 'cores', 'threads']
    .map((level) => values.get(level))
    .filter((count) => count !== undefined);
  if (levels.length === 0) return parseCount(values.get('maxcpus')) ?? 1;
  return levels.reduce<number | undefined>((product, level) => {
    const count = parseCount(level);
    return product === undefined || count === undefined ? undefined : product * count;
  }, 1);
}
