import { statfs } from 'node:fs/promises';
import { absent, type Host, type Missing, valueIn } from '../host/host.ts';
import { readMeminfo } from '../host/meminfo.ts';
import type { Limits } from './benchmark.ts';
import { formatBytes, MIB } from './bytes.ts';

export interface Shares {
  /** Of the machine's memory; what is available now bounds it too. */
  readonly memory: number;
  /** Of the free space where the scratch folder is. */
  readonly disk: number;
}

/** How much a benchmark may use now. What cannot be found out counts as nothing allowed. */
export async function readLimits(host: Host, scratch: string, shares: Shares): Promise<Limits> {
  const meminfo = valueIn(await readMeminfo(host));
  const totalBytes = meminfo?.get('MemTotal') ?? 0;
  const { bavail, bsize } = await statfs(scratch);
  return {
    memoryBytes: Math.min(totalBytes * shares.memory, meminfo?.get('MemAvailable') ?? 0),
    memoryTotalBytes: totalBytes,
    diskBytes: bavail * bsize * shares.disk,
  };
}

/** Why a benchmark that needs so much does not fit, with the setting that would allow it; undefined when it fits. */
export function tooLarge(
  limits: Limits,
  needs: { memoryBytes?: number; diskBytes?: number },
): Missing | undefined {
  const { memoryBytes = 0, diskBytes = 0 } = needs;
  if (memoryBytes > limits.memoryBytes) {
    return exceeds(memoryBytes, limits.memoryBytes, 'memory', 'memory-share');
  }
  if (diskBytes > limits.diskBytes) return exceeds(diskBytes, limits.diskBytes, 'disk', 'disk-share');
  return undefined;
}

function exceeds(needed: number, allowed: number, what: string, setting: string): Missing {
  const allowedMib = Math.floor(allowed / MIB);
  return absent(
    `needs ${formatBytes(needed)} of ${what}, ${allowedMib} MiB are allowed (benchmarks.${setting})`,
  );
}
