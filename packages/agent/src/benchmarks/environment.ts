import { createHash } from 'node:crypto';
import { defined } from '@nestwatch/common/defined';
import type { EnvironmentShape } from '@nestwatch/proto';
import { readClocksource } from '../host/clocksource.ts';
import { readCpuInfo } from '../host/cpuinfo.ts';
import { readDmi } from '../host/dmi.ts';
import { type Host, valueIn } from '../host/host.ts';
import { readMeminfo } from '../host/meminfo.ts';
import { mitigationWords, readMitigations } from '../host/mitigations.ts';
import { tscMhz } from '../host/tsc.ts';

/**
 * What a result depends on beside the benchmark: results of unlike environments are never compared over time.
 * Sources: /proc/sys/kernel/osrelease, /proc/cpuinfo, /proc/meminfo, the clocksource and the mitigations in /sys, and the
 * DMI texts, where QEMU names its machine type and so its version. The fingerprint is over what it always was over, so
 * that a newer agent on the same machine keeps it.
 */
export async function readEnvironment(host: Host, labRate?: number): Promise<EnvironmentShape> {
  const cpuInfo = valueIn(await readCpuInfo(host));
  const dmi = ['sys_vendor', 'product_name', 'product_version'];
  const machine = await Promise.all(dmi.map(async (name) => valueIn(await readDmi(host, name)) ?? ''));
  const environment = {
    kernel: valueIn(await host.read('/proc/sys/kernel/osrelease'))?.trim() ?? '',
    cpuModel: cpuInfo?.fields.get('model name') ?? '',
    cpus: cpuInfo?.processors ?? 0,
    memoryBytes: valueIn(await readMeminfo(host))?.get('MemTotal') ?? 0,
    clocksource: valueIn(await readClocksource(host)) ?? '',
    parentHypervisor: machine.filter((part) => part !== '').join(' '),
    nodeVersion: process.version,
  };
  return {
    ...environment,
    fingerprint: shortHash(environment),
    mitigations: await mitigationsOf(host, cpuInfo?.fields.get('microcode')),
    ...defined({ labRate, tscMhz: cpuInfo === undefined ? undefined : tscMhz(cpuInfo) }),
  };
}

async function mitigationsOf(host: Host, microcode: string | undefined): Promise<string> {
  const { atExits } = await readMitigations(host);
  return [mitigationWords(atExits), microcode === undefined ? '' : `microcode:${microcode}`]
    .filter((part) => part !== '')
    .join(' ');
}

/** First 12 hex digits of the SHA-256 of a value as JSON. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
}
