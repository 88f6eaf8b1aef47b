import { camelCase, type SampleShape } from '@nestwatch/proto';
import { known, readParsed } from '../host/host.ts';
import { type Counters, createDeltaMeter, ratesOf } from './deltas.ts';
import { type Probe, warmingUp } from './probe.ts';

type Context = NonNullable<SampleShape['context']>;

/** Columns of the softirq line after its sum, in the order of the kernel's enum (include/linux/interrupt.h). */
const SOFTIRQS = [
  'hi',
  'timer',
  'net_tx',
  'net_rx',
  'block',
  'irq_poll',
  'tasklet',
  'sched',
  'hrtimer',
  'rcu',
] as const;

const RATES: Readonly<Record<string, string>> = {
  contextSwitchesPerSecond: 'ctxt',
  interruptsPerSecond: 'intr',
  forksPerSecond: 'processes',
  softirqsPerSecond: 'softirq',
  ...Object.fromEntries(SOFTIRQS.map((kind) => [camelCase(`softirq_${kind}_per_second`), `softirq.${kind}`])),
};

/** Context switches, interrupts, forks and softirqs by kind, from /proc/stat (proc(5)). */
export function context(): Probe<'context'> {
  const meter = createDeltaMeter();
  return {
    name: 'context',
    field: 'context',
    meaning: 'Context switches, interrupts, softirqs and forks',
    async read({ host, clock }) {
      const found = await readParsed(host, '/proc/stat', parseActivity, 'no ctxt line');
      if (found.state !== 'known') return found;
      const { counters, running, blocked } = found.value;
      const deltas = meter.next(clock.monoUs(), counters);
      if (deltas === undefined) return warmingUp;
      const rates: Context = ratesOf(deltas, RATES);
      return known({
        ...rates,
        runningThreads: running ?? null,
        blockedThreads: blocked ?? null,
        resets: deltas.resets(),
      });
    },
  };
}

export interface Activity {
  /** ctxt, intr, processes, softirq, and softirq.<kind>. */
  counters: Counters;
  running?: number;
  blocked?: number;
}

/** The lines of /proc/stat that are not CPU time; undefined without a ctxt line. */
export function parseActivity(stat: string): Activity | undefined {
  const counters: Record<string, number> = {};
  const activity: Activity = { counters };
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
