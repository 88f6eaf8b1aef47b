import { defined } from '@nestwatch/common/defined';
import type { GuestDiskShape, GuestShape } from '@nestwatch/proto';
import { type Argument, lastOf, parseArguments, valuesOf } from './arguments.ts';
import { virtioCard } from './cards.ts';
import { leading, parseCount, parseProperties, parseSize, propertiesOf } from './properties.ts';

const MIB = 2 ** 20;

/**
 * A crosvm guest from its words, `crosvm run …`; undefined when this crosvm is a device or asks another one. Its
 * device processes have the same words: only in the one with virtual CPUs the guest runs.
 */
export function parseCrosvm(words: readonly string[]): GuestShape | undefined {
  if (!words.slice(1).includes('run')) return undefined;
  const args = parseArguments(words.slice(1));
  const isInFile = args.some(([option]) => option === 'cfg');
  return defined({
    vmm: 'crosvm',
    accelerator: 'kvm',
    guest: lastOf(args, 'name') ?? nameOfSocket(lastOf(args, 'socket', 's') ?? ''),
    vcpus: isInFile ? undefined : countOf(lastOf(args, 'cpus', 'c')),
    memoryBytes: isInFile ? undefined : memoryOf(lastOf(args, 'mem', 'm')),
    nics: [
      ...valuesOf(args, 'mac'),
      ...propertiesOf(args, 'net').map(({ values }) => values.get('mac')),
    ].flatMap(virtioCard),
    disks: disksOf(args),
  });
}

/** `--cpus 4` or `--cpus num-cores=4`; one by default. */
function countOf(value: string | undefined): number | undefined {
  return value === undefined ? 1 : parseCount(leading(parseProperties(value), 'num-cores'));
}

/** `--mem 2048` (MiB) or `--mem size=2048`; 256 MiB by default. */
function memoryOf(value: string | undefined): number | undefined {
  return value === undefined ? 256 * MIB : parseSize(leading(parseProperties(value), 'size'), 'm');
}

const DISKS = /^(block|b|disk|d|root|r|rwdisk|rwroot|qcow|rwqcow)$/;
const VHOST_USER = /^vhost-user(-blk)?$/;

function disksOf(args: readonly Argument[]): GuestDiskShape[] {
  return args.flatMap(([option, [value = '']]) => {
    const { values } = parseProperties(value);
    const isDisk = DISKS.test(option);
    const isElsewhere =
      VHOST_USER.test(option) && (option.endsWith('blk') || /^"?block"?$/.test(values.get('type') ?? ''));
    if (!isDisk && !isElsewhere) return [];
    if (isElsewhere) return [{ bus: 'virtio', cache: '', format: '' }];
    const cache = values.get('direct') === 'true' || values.get('o_direct') === 'true' ? 'none' : 'writeback';
    return [{ bus: 'virtio', cache, format: '' }];
  });
}

function nameOfSocket(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.(sock|socket)$/, '');
}
