import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { lastOf, parseArguments, valuesOf } from './arguments.ts';
import { virtioCard } from './cards.ts';
import { parseCount, parseProperties, parseSize } from './properties.ts';

/**
 * A guest of kvmtool, `lkvm run …`; undefined when this one is no guest. It takes as many CPUs as there are, and
 * memory by their number: such figures are left out, and its threads tell the first.
 */
export function parseKvmtool(words: readonly string[]): GuestShape | undefined {
  if (words[1] !== 'run') return undefined;
  const args = parseArguments(words.slice(2));
  const networks = valuesOf(args, 'network', 'n').map(parseProperties);
  return defined({
    vmm: 'kvmtool',
    accelerator: 'kvm',
    guest: lastOf(args, 'name') ?? '',
    vcpus: parseCount(lastOf(args, 'cpus', 'c')),
    memoryBytes: parseSize(lastOf(args, 'mem', 'm') ?? '', 'm'),
    nics: networks.flatMap(({ values }) => virtioCard(values.get('guest_mac'))),
    disks: valuesOf(args, 'disk', 'd')
      .filter((path) => !path.startsWith('scsi:'))
      .map((value) => ({
        bus: 'virtio',
        cache: parseProperties(value).values.get('direct') === 'on' ? 'none' : 'writeback',
        format: 'raw',
      })),
  });
}
