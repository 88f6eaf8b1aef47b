import { defined } from '@nestwatch/common/defined';
import { type Host, valueIn } from '../host.ts';
import type { Cgroup } from './membership.ts';

/** What one cgroup does with CPUs. What it does not say is absent. */
export interface CpuGroup {
  /** CPUs that all of it may use together; absent where it sets no limit. */
  readonly limitCpus?: number;
  /** Its share beside its siblings; 100 is usual. */
  readonly weight?: number;
  readonly throttling?: Throttling;
}

/** How often and how long it was stopped because its time was used up, since it was made. */
export interface Throttling {
  readonly periods: number;
  readonly throttledPeriods: number;
  /** Added up over CPUs. */
  readonly throttledUs: number;
}

/** What a cgroup says. One that limits nothing is asked for no more. */
export async function readCpuGroup(host: Host, { version, folder }: Cgroup): Promise<CpuGroup> {
  const text = async (file: string) => valueIn(await host.read(`${folder}/${file}`, 4096)) ?? '';
  const limitCpus =
    version === 2
      ? parseCpuMax(await text('cpu.max'))
      : parseQuota(await text('cpu.cfs_quota_us'), await text('cpu.cfs_period_us'));
  const weight =
    version === 2 ? numberOf(await text('cpu.weight')) : weightOfShares(await text('cpu.shares'));
  const throttling = limitCpus === undefined ? undefined : parseCpuStat(await text('cpu.stat'));
  return defined({ limitCpus, weight, throttling });
}

/** "40000 100000" is 0.4; "max 100000" is no limit (Documentation/admin-guide/cgroup-v2.rst). */
export function parseCpuMax(text: string): number | undefined {
  const [, quota = '', period = ''] = /^(\d{1,15}) (\d{1,15})\s*$/.exec(text) ?? [];
  return ratio(quota, period);
}

/** Of version 1: quota and period in files of their own, -1 is no limit (Documentation/scheduler/sched-bwc.rst). */
export function parseQuota(quota: string, period: string): number | undefined {
  return /^\d{1,15}\s*$/.test(quota) && /^\d{1,15}\s*$/.test(period) ? ratio(quota, period) : undefined;
}

/** Shares of version 1, of which 1024 are usual, as a weight, of which 100 are. */
export function weightOfShares(text: string): number | undefined {
  const shares = numberOf(text);
  return shares === undefined ? undefined : (shares * 100) / 1024;
}

/** Version 2 has throttled_usec, version 1 throttled_time in ns; undefined without them. */
export function parseCpuStat(text: string): Throttling | undefined {
  const of = (name: string) => numberOf(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? '');
  const ns = of('throttled_time');
  const throttledUs = of('throttled_usec') ?? (ns === undefined ? undefined : ns / 1000);
  const [periods, throttledPeriods] = [of('nr_periods'), of('nr_throttled')];
  if (periods === undefined || throttledPeriods === undefined || throttledUs === undefined) return undefined;
  return { periods, throttledPeriods, throttledUs };
}

function ratio(quota: string, period: string): number | undefined {
  return Number(period) > 0 ? Number(quota) / Number(period) : undefined;
}

function numberOf(text: string): number | undefined {
  return /^\d{1,20}\s*$/.test(text) ? Number(text) : undefined;
}
