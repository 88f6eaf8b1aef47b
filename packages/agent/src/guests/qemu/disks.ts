import type { GuestDiskShape } from '@nestwatch/proto';
import { type Argument, valuesOf } from '../arguments.ts';
import { propertiesOf } from '../properties.ts';
import { type BlockNode, blockNodes, cacheName } from './block-nodes.ts';

type Backend = BlockNode & { readonly cdrom?: boolean };

/** Disks (no CD-ROMs, no firmware) with bus, cache mode and format, from -drive, -blockdev, -device and -hda. */
export function disks(args: readonly Argument[], machine: string): GuestDiskShape[] {
  const ahci = /q35/.test(machine) || valuesOf(args, 'device').some((value) => /ahci/.test(value));
  const ide = ahci ? 'sata' : 'ide';
  const backends: ReadonlyMap<string, Backend> = new Map([...driveBackends(args), ...blockNodes(args)]);
  const found: GuestDiskShape[] = [];
  for (const { head, values } of propertiesOf(args, 'device')) {
    const bus = busOf(head, ide, args);
    const backend = backends.get(values.get('drive') ?? '');
    if (bus === undefined || backend === undefined || backend.cdrom === true) continue;
    const cache = withWriteCache(backend.cache, values.get('write-cache'));
    found.push({ bus, cache, format: backend.format });
  }
  for (const { values } of propertiesOf(args, 'drive')) {
    const way = values.get('if') ?? ide;
    if (['none', 'pflash', 'mtd', 'floppy'].includes(way) || values.get('media') === 'cdrom') continue;
    const bus = way === 'ide' ? ide : way;
    found.push({ bus, cache: cacheOfDrive(values), format: values.get('format') ?? '' });
  }
  const legacy = valuesOf(args, 'hda', 'hdb', 'hdc', 'hdd');
  return [...found, ...legacy.map(() => ({ bus: ide, cache: 'writeback', format: '' }))];
}

/** `-drive if=none,id=…`, which a -device refers to. */
function driveBackends(args: readonly Argument[]): [string, Backend][] {
  return propertiesOf(args, 'drive').flatMap(({ values }) => {
    const id = values.get('id');
    const format = values.get('format') ?? '';
    const cdrom = values.get('media') === 'cdrom';
    return id === undefined ? [] : [[id, { cache: cacheOfDrive(values), format, cdrom }]];
  });
}

function cacheOfDrive(values: ReadonlyMap<string, string>): string {
  const cache = values.get('cache');
  if (cache !== undefined) return cache === 'off' ? 'none' : cache;
  return cacheName(values.get('cache.direct') === 'on', values.get('cache.no-flush') === 'on');
}

function withWriteCache(cache: string, writeCache: string | undefined): string {
  if (writeCache !== 'off') return cache;
  return cache === 'none' ? 'directsync' : cache === 'writeback' ? 'writethrough' : cache;
}

/** The bus that a disk's driver stands for; undefined for what is no disk. */
function busOf(driver: string, ide: string, args: readonly Argument[]): string | undefined {
  if (/^(virtio-blk|vhost-user-blk)/.test(driver)) return 'virtio';
  if (/^scsi-(hd|block|disk)$/.test(driver)) return scsiBus(args);
  if (/^ide-(hd|drive)$/.test(driver)) return ide;
  if (driver === 'nvme' || driver === 'nvme-ns') return 'nvme';
  if (driver === 'usb-storage') return 'usb';
  return driver === 'sd-card' ? 'sd' : undefined;
}

function scsiBus(args: readonly Argument[]): string {
  const virtio = propertiesOf(args, 'device').some(({ head }) => /^(virtio|vhost)-(user-)?scsi/.test(head));
  return virtio ? 'virtio-scsi' : 'scsi';
}
