import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readIfThere } from '../../local/read-if-there.ts';
import type { CascadePlan } from '../cascade/plan.ts';

/** Raised when earlier states no longer work, for a reason that nothing below shows. */
const FORMAT = 1;
/** Any: they are no part of what a state is. */
const PATHS = {
  configDisk: 'config',
  scratchDisk: 'scratch',
  consolePath: 'console',
  monitorPath: 'monitor',
  serialLog: 'serial',
};
const CLOCK = { speed: 1, tscKhz: 1 };
/** Offset and length of the id of a filesystem in ext4 (Documentation/filesystems/ext4/super.rst). */
const UUID_AT = 1024 + 0x68;
const UUID_BYTES = 16;
/** What of a CPU an emulated guest may depend on; not its present frequency. */
const CPU_LINES = /^(vendor_id|cpu family|model|model name|stepping|flags)\s*:.*$/gm;

/**
 * What a saved state belongs to: image, kernels, QEMU, options, code and this machine's CPU. The speed of its clock is
 * not in it.
 */
export async function stateIdentity(
  plan: CascadePlan,
  cpuinfo = readIfThere('/proc/cpuinfo') ?? '',
): Promise<string> {
  const { system, machines, files } = plan;
  const { args } = plan.commandLine(PATHS, CLOCK);
  // The port of NATS, and where the image lies, are new at each start.
  const stable = args
    .map((word) => word.replaceAll(system.tree, '').replaceAll(dirname(system.disk), ''))
    .map((word) => word.replace(/,guestfwd=.* (\d+)$/, ',guestfwd'));
  const hash = createHash('sha256');
  const image = [basename(dirname(system.disk)), await filesystemId(system.disk)];
  hash.update(JSON.stringify([FORMAT, process.version, image, system.layers, machines, stable]));
  hash.update(cpuOf(cpuinfo));
  for (const [name, content] of files) hash.update(`\n${name} ${content.length}\n`).update(content);
  return hash.digest('hex').slice(0, 16);
}

/** What tells one CPU from another, of the first that is listed. */
export function cpuOf(cpuinfo: string): string {
  const [first = ''] = cpuinfo.split('\n\n');
  return (first.match(CPU_LINES) ?? []).join('\n');
}

/** Two images that are made of the same are not the same: what a layer has in memory points into one of them. */
async function filesystemId(disk: string): Promise<string> {
  const file = await open(disk);
  try {
    const { buffer } = await file.read(Buffer.alloc(UUID_BYTES), 0, UUID_BYTES, UUID_AT);
    return buffer.toString('hex');
  } finally {
    await file.close();
  }
}
