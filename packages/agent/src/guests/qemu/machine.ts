import { type Argument, lastOf } from '../arguments.ts';
import { leading, parseProperties, propertiesOf } from '../properties.ts';

/** Type of machine that QEMU emulates, such as "pc-q35-7.2"; empty for its default. */
export function machineType(args: readonly Argument[]): string {
  const types = propertiesOf(args, 'machine', 'M').map((machine) => leading(machine, 'type'));
  return types.findLast((type) => type !== '') ?? '';
}

/** Ways in which QEMU runs and is no machine: asked about itself by libvirt, or for its help. */
export function isNoMachine(args: readonly Argument[]): boolean {
  return args.some(asksForHelp) || machineType(args) === 'none';
}

/** Options whose value "help" lists what there is. Elsewhere it is somebody's name, path or text. */
const LISTS =
  /^(machine|M|cpu|accel|device|netdev|nic|net|object|chardev|tpmdev|audiodev|audio|soundhw|display|vga|watchdog|d)$/;

function asksForHelp([option, [value = '']]: Argument): boolean {
  if (/^(help|h|version)$/.test(option)) return true;
  const { head, values } = parseProperties(value);
  return LISTS.test(option) && (/^(help|\?)$/.test(head) || values.get('help') === 'on');
}

/** CPU model as it was asked for, with its features; empty for QEMU's default. */
export function cpuModel(args: readonly Argument[]): string {
  return (lastOf(args, 'cpu') ?? '').slice(0, 512);
}

/**
 * What was said of something over all uses of an option, the last word on each counting, and by `-machine
 * PREFIX.property=`. The property whose name may be left out is under `implied`.
 */
export function merged(
  args: readonly Argument[],
  option: string,
  implied: string,
  prefix: string,
): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const { values } of propertiesOf(args, 'machine', 'M')) {
    for (const [name, value] of values) {
      if (name.startsWith(`${prefix}.`)) said.set(name.slice(prefix.length + 1), value);
    }
  }
  for (const { head, values } of propertiesOf(args, option)) {
    if (head !== '') said.set(implied, head);
    for (const [name, value] of values) said.set(name, value);
  }
  return said;
}
