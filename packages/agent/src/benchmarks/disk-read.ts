import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { absent } from '../host/host.ts';
import type { Benchmark, BySize, Repetition } from './benchmark.ts';
import { formatBytes, GIB, MIB } from './bytes.ts';
import { findDiskToRead } from './disk-to-read.ts';
import { measured, NODE, timed, without } from './measure.ts';
import { CHUNK_BYTES, readThrough } from './sequential.ts';

interface Settings {
  path: string;
  kind: 'device' | 'file';
  sizes: number[];
  memoryTotalBytes: number;
}

const SIZES_BYTES: BySize<readonly number[]> = {
  tiny: [16 * MIB],
  small: [256 * MIB, GIB],
  full: [GIB, 2 * GIB, 4 * GIB, 8 * GIB, 16 * GIB, 32 * GIB],
};
const DROP_CACHES = '/proc/sys/vm/drop_caches';

/**
 * The article's block reads: for each size, drop all caches, then read the same bytes from the start of the disk
 * three times. The first is the cold read, the others are warm ones. Opens the disk for reading only.
 */
export const diskRead: Benchmark<Settings> = {
  name: 'disk.read',
  meaning:
    'read 256 MiB and 1 GiB (full 1 to 32 GiB) of the disk below /, after dropping caches and twice again',

  async plan({ size, host, limits, config }) {
    const disk = await findDiskToRead(host, config['benchmarks.device']);
    if (disk.state !== 'known') return disk;
    // The article reads more than fits into memory on purpose; the small setting does not.
    const most = size === 'full' ? disk.value.bytes : Math.min(disk.value.bytes, limits.memoryBytes);
    const sizes = SIZES_BYTES[size].filter((bytes) => bytes <= most);
    if (sizes.length === 0) {
      const smallest = formatBytes(Math.min(...SIZES_BYTES[size]));
      return absent(`${disk.value.path}: reads here are limited to less than ${smallest}`);
    }
    const { path, kind } = disk.value;
    return { state: 'ready', settings: { path, kind, sizes, memoryTotalBytes: limits.memoryTotalBytes } };
  },

  async *work({ path, kind, sizes, memoryTotalBytes }, context) {
    const { clock, signal, progress } = context;
    const disk = await open(path, 'r');
    const readOnce = (bytes: number, which: number): Promise<Repetition> => {
      progress(`${formatBytes(bytes)}: ${which} of 3`);
      return timed(clock, () => readThrough(disk, bytes, signal));
    };
    try {
      for (const bytes of sizes) {
        const about = (temperature: string) => ({
          variant: `${temperature} ${formatBytes(bytes)}`,
          unit: 'byte' as const,
          ...NODE,
          arguments: { bytes, chunkBytes: CHUNK_BYTES, kind },
          exceedsMemory: bytes > memoryTotalBytes,
        });
        const startedMonoUs = clock.monoUs();
        const refusal = await dropCaches();
        const first = await readOnce(bytes, 1);
        yield refusal === undefined
          ? measured(clock, about('cold'), startedMonoUs, [first])
          : without(clock, about('cold'), 'ABSENT', refusal, startedMonoUs);
        const warmMonoUs = clock.monoUs();
        const second = await readOnce(bytes, 2);
        const third = await readOnce(bytes, 3);
        yield measured(clock, about('warm'), warmMonoUs, [second, third]);
      }
    } finally {
      await disk.close();
    }
  },
};

/** Drops the caches of the whole machine; the reason why it could not. */
async function dropCaches(): Promise<string | undefined> {
  try {
    // For writing alone: the kernel lets nobody read it, root included. Never makes a file.
    await writeFile(DROP_CACHES, '3\n', { flag: constants.O_WRONLY });
    return undefined;
  } catch (error) {
    return `caches could not be dropped: ${DROP_CACHES}: ${errnoOf(error) ?? messageOf(error)}`;
  }
}
