import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { normaliseMac, normaliseUuid } from '../host/identity/identity.ts';
import { type Argument, lastOf, parseArguments } from './arguments.ts';
import { parseCount, parseProperties, parseSize } from './properties.ts';

const DEFAULT_MEMORY = 512 * 2 ** 20;

/** A Cloud Hypervisor guest from its words. Incomplete when its configuration comes through the API. */
export function parseCloudHypervisor(words: readonly string[]): { guest: GuestShape; isComplete: boolean } {
  const args = parseArguments(words.slice(1));
  const name = nameFromSocket(lastOf(args, 'api-socket') ?? '');
  if (!args.some(([option]) => ['kernel', 'firmware', 'restore'].includes(option))) {
    return { guest: { vmm: 'cloud-hypervisor', accelerator: 'kvm', guest: name }, isComplete: false };
  }
  const { values: cpus, head } = parseProperties(lastOf(args, 'cpus') ?? 'boot=1');
  const platform = parseProperties(lastOf(args, 'platform') ?? '').values;
  const guest: GuestShape = defined({
    vmm: 'cloud-hypervisor',
    accelerator: 'kvm',
    guest: name,
    uuid: normaliseUuid(platform.get('uuid') ?? '') ?? '',
    vcpus: parseCount(cpus.get('boot') ?? (head || '1')),
    memoryBytes: memoryOf(lastOf(args, 'memory')),
    nics: every(args, 'net').flatMap((net) => {
      const mac = normaliseMac(net.get('mac') ?? '');
      return mac === undefined ? [] : [{ model: 'virtio', mac, defaultMac: false }];
    }),
    disks: every(args, 'disk').map((disk) => ({
      bus: 'virtio',
      cache: disk.get('direct') === 'on' ? 'none' : 'writeback',
      format: disk.get('image_type') ?? '',
    })),
  });
  return { guest, isComplete: true };
}

function memoryOf(value = ''): number | undefined {
  const size = parseProperties(value).values.get('size');
  return size === undefined ? DEFAULT_MEMORY : parseSize(size, 'b');
}

/** `--net a b --net c` are three. */
function every(args: readonly Argument[], option: string): ReadonlyMap<string, string>[] {
  return args
    .filter(([name]) => name === option)
    .flatMap(([, values]) => values.map((value) => parseProperties(value).values));
}

/** It has no name of its own; people tell its guests apart by the socket, or by its folder as Kata does. */
function nameFromSocket(socket: string): string {
  const path = parseProperties(socket).values.get('path') ?? socket;
  const [file = '', folder = ''] = path.split('/').reverse();
  const name = file.replace(/\.(sock|socket)$/, '');
  return SAME_FOR_ALL.test(name) && folder !== '' ? folder : name;
}

const SAME_FOR_ALL = /^((clh|ch|cloud-hypervisor)[-_])?api$/;
