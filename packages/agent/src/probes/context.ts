import { camelCase } from '@nestwatch/proto';
import { readParsed } from '../host/host.ts';
import { type Counters, ratesOf } from './deltas.ts';
import { rateProbe } from './probe.ts';

/** Columns of the softirq line after its sum, in the order of the kernel's enum (include/linux/interrupt.h). */
const SOFTIRQS = 'hi timer net_tx net_rx block irq_poll tasklet sched hrtimer rcu'.split(' ');

const RATES: Readonly<Record<string, string>> = {
  contextSwitchesPerSecond: 'ctxt',
  interruptsPerSecond: 'intr',
  forksPerSecond: 'processes',
  softirqsPerSecond: 'softirq',
  ...Object.fromEntries(SOFTIRQS.map((kind) => [camelCase(`softirq_${kind}_per_second`), `softirq.${kind}`])),
};

/** Context switches, interrupts, forks and softirqs by kind, from /proc/stat (proc(5)). */
export const context = () =>
  rateProbe(
    'context',
    'Context switches, interrupts, softirqs and forks',
    (host) => readParsed(host, '/proc/stat', parseActivity, 'no ctxt line'),
    (deltas, { running = null, blocked = null }) => ({
      ...ratesOf(deltas, RATES),
      runningThreads: running,
      blockedThreads: blocked,
      resets: deltas.resets(),
    }),
  );

/**
 * The lines of /proc/stat that are not CPU time, with counters ctxt, intr, processes, softirq, and softirq.<kind>;
 * undefined without a ctxt line.
 */
export function parseActivity(stat: string) {
  const counters: Record<string, number> = {};
  const activity: { counters: Counters; running?: number; blocked?: number } = { counters };
  // Only the first number of the intr line is wanted: it has one for each interrupt there could be.
  for (const [, name = '', first, rest = ''] of stat.matchAll(
    /^(ctxt|intr|processes|softirq|procs_running|procs_blocked) (\d+)(.*)$/gm,
  )) {
    if (name === 'procs_running') activity.running = Number(first);
    else if (name === 'procs_blocked') activity.blocked = Number(first);
    else counters[name] = Number(first);
    if (name !== 'softirq') continue;
    const kinds = rest.trim().split(' ');
    for (const [at, kind] of SOFTIRQS.entries()) {
      if (kinds[at] !== undefined && /^\d+$/.test(kinds[at])) counters[`softirq.${kind}`] = Number(kinds[at]);
    }
  }
  return 'ctxt' in counters ? activity : undefined;
}
