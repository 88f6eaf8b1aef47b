import type { CpuInfo } from './cpuinfo.ts';

/**
 * Frequency of the time-stamp counter, MHz: a kernel that counts time by it writes twice that as bogomips, to the kHz
 * (arch/x86/kernel/tsc.c, loops_per_jiffy). Undefined where the counter does not run at one rate, or is not used.
 */
export function tscMhz({ fields, flags }: Pick<CpuInfo, 'fields' | 'flags'>): number | undefined {
  const bogomips = Number(fields.get('bogomips'));
  if (!flags.has('constant_tsc') && !flags.has('tsc_known_freq')) return undefined;
  return Number.isFinite(bogomips) && bogomips > 0 ? bogomips / 2 : undefined;
}
