import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { normaliseUuid } from '../host/identity/identity.ts';
import { type Argument, lastOf, parseArguments } from './arguments.ts';
import { virtioCard } from './cards.ts';
import { backingWords, balloonWords } from './memory-words.ts';
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
    hyperv: cpus.get('kvm_hyperv') === 'on' ? 'kvm-hyperv' : undefined,
    vcpus: parseCount(cpus.get('boot') ?? (head || '1')),
    memoryBytes: memoryOf(args),
    balloon: balloonOf(lastOf(args, 'balloon')),
    memoryBacking: backingOf(args),
    nics: every(args, 'net').flatMap((net) => virtioCard(net.get('mac'))),
    disks: every(args, 'disk').map((disk) => ({
      bus: 'virtio',
      cache: cacheOf(disk),
      format: disk.get('image_type') ?? '',
    })),
  });
  return { guest, isComplete: true };
}

/** Of a disk by vhost-user its other end decides. */
function cacheOf(disk: ReadonlyMap<string, string>): string {
  if (disk.get('vhost_user') === 'on') return '';
  return disk.get('direct') === 'on' ? 'none' : 'writeback';
}

/** What it boots with and what is plugged in of it, over all zones. `hotplug_size` is only how much may be. */
function memoryOf(args: readonly Argument[]): number | undefined {
  const zones = [parseProperties(lastOf(args, 'memory') ?? '').values, ...every(args, 'memory-zone')];
  const sizes = zones.flatMap((zone, at) => [
    zone.get('size') ?? (at === 0 ? `${DEFAULT_MEMORY}` : ''),
    zone.get('hotplugged_size') ?? '0',
  ]);
  return sizes.reduce<number | undefined>((sum, size) => {
    const bytes = parseSize(size, 'b');
    return sum === undefined || bytes === undefined ? undefined : sum + bytes;
  }, 0);
}

function balloonOf(text: string | undefined): string {
  if (text === undefined) return 'none';
  const { values } = parseProperties(text);
  return balloonWords(values.get('free_page_reporting') === 'on', values.get('deflate_on_oom') === 'on');
}

function backingOf(args: readonly Argument[]): string {
  const zones = [...every(args, 'memory'), ...every(args, 'memory-zone')];
  const any = (name: string) => zones.some((zone) => zone.get(name) === 'on');
  return backingWords({
    shared: any('shared'),
    file: zones.some((zone) => zone.has('file')),
    hugetlb: any('hugepages'),
    prealloc: any('prefault'),
  });
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
