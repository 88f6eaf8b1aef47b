import { absent, known, readParsed } from '../host/host.ts';
import { createDeltaMeters, type Deltas, ratesOf } from './deltas.ts';
import { probe, type Value, warmingUp } from './probe.ts';

type DiskDevice = NonNullable<Value<'disk'>['devices']>[number];

/** Columns of /proc/diskstats after the name (Documentation/admin-guide/iostats.rst); ticks are ms. */
const COLUMNS = [
  'reads',
  'readsMerged',
  'readSectors',
  'readMs',
  'writes',
  'writesMerged',
  'writtenSectors',
  'writeMs',
  'inFlight',
  'busyMs',
  'queueMs',
  'discards',
  'discardsMerged',
  'discardedSectors',
  'discardMs',
  'flushes',
  'flushMs',
] as const;

export type DiskCounters = Partial<Record<(typeof COLUMNS)[number], number>>;

/** Always 512 bytes in this file, whatever the device's own block size is. */
const SECTOR_BYTES = 512;

/** Whole disks by the kernel's names for virtio, SCSI, Xen, IDE, NVMe and SD: no partitions, no stacked devices. */
const WHOLE_DISK = /^(?:(?:vd|sd|xvd|hd)[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;

/** Disks beyond these are left out. */
const MOST_DEVICES = 32;

/** Throughput and waiting times of whole disks, from /proc/diskstats. */
export function disk() {
  const meters = createDeltaMeters<string>();
  return probe('disk', 'Throughput, waiting times and queue of each disk', async ({ host, clock }) => {
    const disks = await readParsed(host, '/proc/diskstats', parseDiskstats);
    if (disks.state !== 'known') return disks;
    if (disks.value.size === 0) return absent('/proc/diskstats: no whole disk');
    meters.keepOnly(disks.value);
    const monoUs = clock.monoUs();
    const devices: DiskDevice[] = [];
    for (const [name, counters] of disks.value) {
      const deltas = meters.next(name, monoUs, counters);
      if (deltas !== undefined) devices.push(deviceOf(name, counters, deltas));
    }
    return devices.length === 0 ? warmingUp : known({ devices });
  });
}

/** Counters of each whole disk. Undefined when no line has the file's shape. */
export function parseDiskstats(text: string): Map<string, DiskCounters> | undefined {
  const disks = new Map<string, DiskCounters>();
  let lines = 0;
  for (const [, name = '', columns = ''] of text.matchAll(/^ *\d+ +\d+ (\S+) ([\d ]+)$/gm)) {
    lines += 1;
    if (!WHOLE_DISK.test(name) || disks.size === MOST_DEVICES) continue;
    const numbers = columns.trim().split(/ +/).map(Number);
    const pairs = COLUMNS.slice(0, numbers.length).map((column, at) => [column, numbers[at]] as const);
    disks.set(name, Object.fromEntries(pairs));
  }
  return lines === 0 && text.trim() !== '' ? undefined : disks;
}

function deviceOf(device: string, counters: DiskCounters, deltas: Deltas): DiskDevice {
  return {
    device,
    ...ratesOf(deltas, { readsPerSecond: 'reads', writesPerSecond: 'writes' }),
    ...ratesOf(
      deltas,
      { readBytesPerSecond: 'readSectors', writtenBytesPerSecond: 'writtenSectors' },
      SECTOR_BYTES,
    ),
    readAwaitUs: awaitUs(deltas, 'readMs', 'reads'),
    writeAwaitUs: awaitUs(deltas, 'writeMs', 'writes'),
    flushAwaitUs: awaitUs(deltas, 'flushMs', 'flushes'),
    inFlight: counters.inFlight ?? null,
    ...ratesOf(deltas, { busyRatio: 'busyMs', queueLength: 'queueMs' }, 1e-3),
    resets: deltas.resets(),
  };
}

/** Mean waiting time of the requests that ended in the interval; null when none did. */
function awaitUs(deltas: Deltas, msName: string, countName: string): number | null {
  const ms = deltas.growth(msName);
  const count = deltas.growth(countName);
  return ms === undefined || !count ? null : (ms / count) * 1000;
}
