import { createHash } from 'node:crypto';
import { defined } from '@nestwatch/common/defined';
import type { EnvironmentShape } from '@nestwatch/proto';
import { parseCpuInfo } from '../host/cpuinfo.ts';
import { type Host, valueIn } from '../host/host.ts';
import { readMeminfo } from '../host/meminfo.ts';

/**
 * What a result depends on beside the benchmark: results of unlike environments are never compared over time.
 * Sources: /proc/sys/kernel/osrelease, /proc/cpuinfo, /proc/meminfo, the clocksource in /sys, and the DMI texts,
 * where QEMU names its machine type and so its version.
 */
export async function readEnvironment(host: Host, labRate?: number): Promise<EnvironmentShape> {
  const text = async (path: string) => valueIn(await host.read(path))?.trim() ?? '';
  const cpuInfo = parseCpuInfo(await text('/proc/cpuinfo'));
  const dmi = ['sys_vendor', 'product_name', 'product_version'];
  const machine = await Promise.all(dmi.map((name) => text(`/sys/class/dmi/id/${name}`)));
  const environment = {
    kernel: await text('/proc/sys/kernel/osrelease'),
    cpuModel: cpuInfo.fields.get('model name') ?? '',
    cpus: cpuInfo.processors,
    memoryBytes: valueIn(await readMeminfo(host))?.get('MemTotal') ?? 0,
    clocksource: await text('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    parentHypervisor: machine.filter((part) => part !== '').join(' '),
    nodeVersion: process.version,
  };
  return { ...environment, fingerprint: shortHash(environment), ...defined({ labRate }) };
}

/** First 12 hex digits of the SHA-256 of a value as JSON. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
