import { statfs } from 'node:fs/promises';
import { absent, type Host, type Missing, valueIn } from '../host/host.ts';
import { readMeminfo } from '../host/meminfo.ts';
import type { BenchmarkConfig, Limits } from './benchmark.ts';
import { formatBytes, MIB } from './bytes.ts';

/** How much a benchmark may use now. What cannot be found out counts as nothing allowed. */
export async function readLimits(host: Host, scratch: string, config: BenchmarkConfig): Promise<Limits> {
  const meminfo = valueIn(await readMeminfo(host));
  const totalBytes = meminfo?.get('MemTotal') ?? 0;
  const { bavail, bsize } = await statfs(scratch);
  return {
    memoryBytes: Math.min(totalBytes * config['benchmarks.memory-share'], meminfo?.get('MemAvailable') ?? 0),
    memoryTotalBytes: totalBytes,
    diskBytes: bavail * bsize * config['benchmarks.disk-share'],
  };
}

/** Why a benchmark that needs so much does not fit, with the setting that would allow it; undefined when it fits. */
export function tooLarge(
  limits: Limits,
  needs: { memoryBytes?: number; diskBytes?: number },
): Missing | undefined {
  const { memoryBytes = 0, diskBytes = 0 } = needs;
  const exceeded =
    memoryBytes > limits.memoryBytes
      ? { what: 'memory', needed: memoryBytes, allowed: limits.memoryBytes }
      : { what: 'disk', needed: diskBytes, allowed: limits.diskBytes };
  const { what, needed, allowed } = exceeded;
  if (needed <= allowed) return undefined;
  const allowedMib = Math.floor(allowed / MIB);
  return absent(
    `requires ${formatBytes(needed)} of ${what}, and ${allowedMib} MiB are allowed (benchmarks.${what}-share)`,
  );
}
