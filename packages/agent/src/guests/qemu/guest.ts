import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { normaliseUuid } from '../../host/identity/identity.ts';
import { type Argument, lastOf, parseArguments } from '../arguments.ts';
import { leading, parseProperties, propertiesOf } from '../properties.ts';
import { disks } from './disks.ts';
import { accelerators, cpuModel, isNoMachine, machineType, memoryBytes, vcpus } from './machine.ts';
import { nics } from './nics.ts';

/** What a command line tells; pid and start time come from elsewhere. */
export interface ParsedGuest {
  readonly guest: GuestShape;
  /** Accelerators in the order tried, when there is more than one and the command line can not tell. */
  readonly accelerators?: readonly string[];
}

/** A QEMU guest from its words; undefined when this QEMU runs no machine. Any words give a result. */
export function parseQemu(words: readonly string[]): ParsedGuest | undefined {
  const program = words[0]?.split('/').at(-1) ?? '';
  const args = parseArguments(words.slice(1));
  if (isNoMachine(args)) return undefined;
  const machine = machineType(args);
  const tried = accelerators(program, args);
  return defined({
    guest: defined({
      vmm: 'qemu',
      guest: guestName(args),
      uuid: smbiosUuid(args) ?? '',
      machine,
      cpuModel: cpuModel(args),
      accelerator: tried.length === 1 ? (tried[0] ?? '') : '',
      nics: nics(args, machine),
      disks: disks(args, machine),
      vcpus: vcpus(args),
      memoryBytes: memoryBytes(args),
    }),
    accelerators: tried.length > 1 ? tried : undefined,
  });
}

/** `-name guest=vm1,debug-threads=on` or `-name vm1`. */
function guestName(args: readonly Argument[]): string {
  return leading(parseProperties(lastOf(args, 'name') ?? ''), 'guest');
}

/** The UUID that the guest sees as its SMBIOS product UUID: a table given by hand counts more than -uuid. */
function smbiosUuid(args: readonly Argument[]): string | undefined {
  const byHand = propertiesOf(args, 'smbios')
    .filter(({ values }) => values.get('type') === '1' && values.has('uuid'))
    .at(-1)
    ?.values.get('uuid');
  return normaliseUuid(byHand ?? lastOf(args, 'uuid') ?? '');
}
