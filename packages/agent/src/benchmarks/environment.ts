import { createHash } from 'node:crypto';
import type { EnvironmentShape } from '@nestwatch/proto';
import type { Host } from '../host/host.ts';

/**
 * What a result depends on beside the benchmark: results of unlike environments are never compared over time.
 * Sources: /proc/sys/kernel/osrelease, /proc/cpuinfo, /proc/meminfo, the clocksource in /sys, and the DMI texts,
 * where QEMU names its machine type and so its version.
 */
export async function readEnvironment(host: Host, labRate?: number): Promise<EnvironmentShape> {
  const text = async (path: string) => {
    const found = await host.read(path);
    return found.state === 'known' ? found.value.trim() : '';
  };
  const cpuinfo = await text('/proc/cpuinfo');
  const dmi = ['sys_vendor', 'product_name', 'product_version'];
  const machine = await Promise.all(dmi.map((name) => text(`/sys/class/dmi/id/${name}`)));
  const environment = {
    kernel: await text('/proc/sys/kernel/osrelease'),
    cpuModel: parseCpuModel(cpuinfo),
    cpus: countCpus(cpuinfo),
    memoryBytes: parseMeminfo(await text('/proc/meminfo')).totalBytes ?? 0,
    clocksource: await text('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    parentHypervisor: machine.filter((part) => part !== '').join(' '),
    nodeVersion: process.version,
  };
  return {
    ...environment,
    fingerprint: shortHash(environment),
    ...(labRate === undefined ? {} : { labRate }),
  };
}

/** First 12 hex digits of the SHA-256 of a value as JSON. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}

export function parseCpuModel(cpuinfo: string): string {
  return /^model name\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.trim() ?? '';
}

export function countCpus(cpuinfo: string): number {
  return cpuinfo.match(/^processor\s*:/gm)?.length ?? 0;
}

/** MemTotal and MemAvailable of /proc/meminfo, in bytes. */
export function parseMeminfo(meminfo: string): { totalBytes?: number; availableBytes?: number } {
  const read = (name: string) => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo);
    return match === null ? undefined : Number(match[1]) * 1024;
  };
  const totalBytes = read('MemTotal');
  const availableBytes = read('MemAvailable');
  return {
    ...(totalBytes === undefined ? {} : { totalBytes }),
    ...(availableBytes === undefined ? {} : { availableBytes }),
  };
}
