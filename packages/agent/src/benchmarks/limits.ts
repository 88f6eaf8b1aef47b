import { statfs } from 'node:fs/promises';
import type { Host } from '../host/host.ts';
import type { Limits } from './benchmark.ts';
import { formatBytes, MIB } from './bytes.ts';
import { parseMeminfo } from './environment.ts';

export interface Shares {
  /** Of the machine's memory; what is available now bounds it too. */
  readonly memory: number;
  /** Of the free space where the scratch folder is. */
  readonly disk: number;
}

/** How much a benchmark may use now. What cannot be found out counts as nothing allowed. */
export async function readLimits(host: Host, scratch: string, shares: Shares): Promise<Limits> {
  const meminfo = await host.read('/proc/meminfo');
  const memory = meminfo.state === 'known' ? parseMeminfo(meminfo.value) : {};
  const totalBytes = memory.totalBytes ?? 0;
  const { bavail, bsize } = await statfs(scratch);
  return {
    memoryBytes: Math.min(totalBytes * shares.memory, memory.availableBytes ?? 0),
    memoryTotalBytes: totalBytes,
    diskBytes: bavail * bsize * shares.disk,
  };
}

/** The reason why something does not fit, and the setting that would allow it. */
export function tooLarge(needed: number, allowed: number, what: string, setting: string): string {
  return `needs ${formatBytes(needed)} of ${what}, ${Math.floor(allowed / MIB)} MiB are allowed (benchmarks.${setting})`;
}
