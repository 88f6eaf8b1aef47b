import { statfsSync } from 'node:fs';
import { UsageError } from '@nestwatch/common/errors';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** With less than this, the servers of a lab fail one after the other, and machines stand still in a write. */
const LEAST_BYTES = 64 * MIB;
const LOOK_EVERY_MS = 1000;

/**
 * @param bytes What is going to be written below a folder that exists.
 * @throws UsageError when so much is not free there.
 */
export function refuseFullDisk(folder: string, bytes: number, what: string): void {
  const free = freeBytes(folder);
  if (free >= bytes) return;
  throw new UsageError(
    `${what} needs ${(bytes / GIB).toFixed(1)} GiB in ${folder}, and ${(free / GIB).toFixed(1)} GiB are free`,
  );
}

/** What to tell a person when a disk is as good as full; undefined when it is not. */
export function fullDisk(folder: string, leastBytes = LEAST_BYTES): UsageError | undefined {
  const free = freeBytes(folder);
  if (free >= leastBytes) return undefined;
  return new UsageError(
    `the disk of ${folder} is full (${(free / MIB).toFixed(0)} MiB are free): make room there, or give a folder on another disk with --data-dir`,
  );
}

/** Looks at a disk until it is as good as full, and says so once. Returns what ends the looking. */
export function watchFreeSpace(
  folder: string,
  onFull: (error: UsageError) => void,
  { leastBytes = LEAST_BYTES, everyMs = LOOK_EVERY_MS } = {},
): () => void {
  const look = () => {
    const full = fullDisk(folder, leastBytes);
    if (full === undefined) return;
    clearInterval(timer);
    onFull(full);
  };
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
