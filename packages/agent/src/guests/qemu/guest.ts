import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { normaliseUuid } from '../../host/identity/identity.ts';
import { type Argument, lastOf } from '../arguments.ts';
import { propertiesOf } from '../properties.ts';
import { accelerators } from './accelerators.ts';
import { isAndroid, parseAndroid } from './android.ts';
import { defaultMachine } from './defaults.ts';
import { disks } from './disks.ts';
import { enlightenments } from './hyperv.ts';
import { cpuModel, isNoMachine, machineType, merged } from './machine.ts';
import { memoryBytes } from './memory.ts';
import { balloon, memoryBacking } from './memory-backing.ts';
import { nics } from './nics.ts';
import { vcpus } from './vcpus.ts';
import { parseQemuArguments } from './words.ts';

/** What a command line tells; pid and start time come from elsewhere. */
export interface ParsedGuest {
  readonly guest: GuestShape;
  /** Accelerators in the order tried, when there is more than one and the command line cannot tell. */
  readonly accelerators?: readonly string[];
}

/** A QEMU guest from its words; undefined when this QEMU runs no machine. Any words give a result. */
export function parseQemu(words: readonly string[]): ParsedGuest | undefined {
  const program = words[0]?.split('/').at(-1) ?? '';
  if (isAndroid(words)) return parseAndroid(words);
  const args = parseQemuArguments(words.slice(1));
  if (isNoMachine(args)) return undefined;
  const machine = machineType(args);
  const kind = machine || defaultMachine(program);
  const tried = accelerators(program, kind, args);
  return defined({
    guest: defined({
      vmm: 'qemu',
      guest: guestName(args),
      uuid: smbiosUuid(args) ?? '',
      machine,
      cpuModel: cpuModel(args),
      hyperv: enlightenments(args) || undefined,
      incoming: args.some(([option]) => option === 'incoming') || undefined,
      accelerator: tried.length === 1 ? (tried[0] ?? '') : '',
      nics: nics(args, kind),
      disks: disks(args, kind),
      vcpus: vcpus(args),
      memoryBytes: memoryBytes(args, kind),
      balloon: balloon(args),
      memoryBacking: memoryBacking(args),
    }),
    accelerators: tried.length > 1 ? tried : undefined,
  });
}

/** `-name guest=vm1,debug-threads=on`, `-name vm1`, or Xen's older `-domain-name vm1`. */
function guestName(args: readonly Argument[]): string {
  return merged(args, 'name', 'guest', '').get('guest') ?? lastOf(args, 'domain-name') ?? '';
}

/** The UUID that the guest sees as its SMBIOS product UUID: a table given by hand counts more than -uuid. */
function smbiosUuid(args: readonly Argument[]): string | undefined {
  const byHand = propertiesOf(args, 'smbios')
    .filter(({ values }) => values.get('type') === '1' && values.has('uuid'))
    .at(-1)
    ?.values.get('uuid');
  return normaliseUuid(byHand ?? lastOf(args, 'uuid') ?? '');
}
