import type { GuestDiskShape } from '@nestwatch/proto';
import { type Argument, valuesOf } from '../arguments.ts';
import { propertiesOf } from '../properties.ts';
import { type BlockNode, blockNodes, cacheName } from './block-nodes.ts';
import { diskBuses } from './buses.ts';

type Backend = BlockNode & { readonly cdrom?: boolean };

/** Where the command line does not say what is behind a disk: vhost-user, or a file of options. */
const ELSEWHERE: Backend = { cache: '', format: '' };

/** Disks (no CD-ROMs, no firmware) with bus, cache mode and format, however they were asked for. */
export function disks(args: readonly Argument[], machine: string): GuestDiskShape[] {
  const buses = diskBuses(args, machine);
  const backends: ReadonlyMap<string, Backend> = new Map([...driveBackends(args), ...blockNodes(args)]);
  const found: GuestDiskShape[] = [];
  const add = (bus: string | undefined, { cdrom, ...node }: Backend) => {
    if (bus !== undefined && cdrom !== true) found.push({ bus, ...node });
  };
  for (const device of propertiesOf(args, 'device')) {
    const backend = backends.get(device.values.get('drive') ?? '') ?? ELSEWHERE;
    const cache = withWriteCache(backend.cache, device.values.get('write-cache'));
    add(buses.ofDevice(device), { ...backend, cache });
  }
  for (const { values } of propertiesOf(args, 'drive'))
    add(buses.ofInterface(values.get('if')), ofDrive(values));
  // The last word of a command line is a disk as well.
  const plain: Backend = { cache: 'writeback', format: '' };
  for (const _ of valuesOf(args, 'hda', 'hdb', 'hdc', 'hdd', 'disk'))
    add(buses.ofInterface(undefined), plain);
  for (const _ of valuesOf(args, 'sd')) add('sd', plain);
  for (const value of valuesOf(args, 'usbdevice')) if (value.startsWith('disk:')) add('usb', plain);
  return found;
}

function ofDrive(values: ReadonlyMap<string, string>): Backend {
  return {
    cache: cacheOfDrive(values),
    format: values.get('format') ?? '',
    cdrom: values.get('media') === 'cdrom',
  };
}

/** `-drive if=none,id=…`, which a -device refers to. Those without an id QEMU calls none0, none1 and so on. */
function driveBackends(args: readonly Argument[]): [string, Backend][] {
  let unnamed = 0;
  return propertiesOf(args, 'drive').map(({ values }) => {
    const isUnattached = values.get('if') === 'none';
    const id = values.get('id') ?? `none${values.get('index') ?? unnamed}`;
    if (isUnattached) unnamed += 1;
    return [id, ofDrive(values)];
  });
}

function cacheOfDrive(values: ReadonlyMap<string, string>): string {
  const cache = values.get('cache');
  if (cache !== undefined) return cache === 'off' ? 'none' : cache;
  const mode = cacheName(values.get('cache.direct') === 'on', values.get('cache.no-flush') === 'on');
  return withWriteCache(mode, values.get('cache.writeback'));
}

function withWriteCache(cache: string, writeCache: string | undefined): string {
  if (writeCache !== 'off') return cache;
  return cache === 'none' ? 'directsync' : cache === 'writeback' ? 'writethrough' : cache;
}
