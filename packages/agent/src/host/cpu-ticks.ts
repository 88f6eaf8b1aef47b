/** Columns of a cpu line, in order (proc(5), "/proc/stat"); kernels before 2.6.33 have fewer. */
const STATES = [
  'user',
  'nice',
  'system',
  'idle',
  'iowait',
  'irq',
  'softirq',
  'steal',
  'guest',
  'guest_nice',
] as const;

/** The states that add up to all time: the kernel counts guest time in user and nice as well. */
export const DISTINCT_STATES = STATES.slice(0, 8);

/**
 * The cpu lines of /proc/stat: ticks, by "<state>" for all CPUs together and by "cpu<n>.<state>" for each that is
 * online, and the numbers of these. Undefined when there is none.
 */
export function parseCpuTicks(stat: string) {
  const counters: Record<string, number> = {};
  const cpus: number[] = [];
  for (const [, cpu, columns = ''] of stat.matchAll(/^cpu(\d*) +([\d ]+)$/gm)) {
    const prefix = cpu === '' ? '' : `cpu${cpu}.`;
    for (const [at, column] of columns.trim().split(/ +/).slice(0, STATES.length).entries()) {
      counters[`${prefix}${STATES[at]}`] = Number(column);
    }
    if (cpu !== '') cpus.push(Number(cpu));
  }
  return 'user' in counters && cpus.length > 0 ? { counters, cpus } : undefined;
}
