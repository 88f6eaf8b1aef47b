import { absent, known, readParsed } from '../host/host.ts';
import { type Counters, createDeltaMeters, type Deltas, fieldsOf, ratesOf } from './deltas.ts';
import { probe, type Value, warmingUp } from './probe.ts';

type DiskDevice = NonNullable<Value<'disk'>['devices']>[number];

/** Columns of /proc/diskstats after the name that are used (Documentation/admin-guide/iostats.rst). */
const COLUMNS = {
  reads: 0,
  readSectors: 2,
  readMs: 3,
  writes: 4,
  writtenSectors: 6,
  writeMs: 7,
  inFlight: 8,
  busyMs: 9,
  queueMs: 10,
  flushes: 15,
  flushMs: 16,
};

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
export function parseDiskstats(text: string): Map<string, Counters> | undefined {
  const disks = new Map<string, Counters>();
  let lines = 0;
  for (const [, name = '', columns = ''] of text.matchAll(/^ *\d+ +\d+ (\S+) ([\d ]+)$/gm)) {
    lines += 1;
    if (!WHOLE_DISK.test(name) || disks.size === MOST_DEVICES) continue;
    const numbers = columns.trim().split(/ +/).map(Number);
    disks.set(
      name,
      fieldsOf(COLUMNS, (at) => numbers[at]),
    );
  }
  return lines === 0 && text.trim() !== '' ? undefined : disks;
}

function deviceOf(device: string, counters: Counters, deltas: Deltas): DiskDevice {
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
    inFlight: counters['inFlight'] ?? null,
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
