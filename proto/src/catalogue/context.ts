import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const rate = (name: string, meaning: string, panel?: string): Field => ({
  name,
  unit: 'per second',
  kind: 'rate',
  meaning,
  ...(panel !== undefined && { panel }),
});

const ACTIVITY = 'Node / Activity';

export const context: Measurement = {
  name: 'nestwatch_context',
  meaning: 'Context switches, interrupts and forks. In a guest most of these cost an exit.',
  source: '/proc/stat',
  from: 'sample.context',
  fields: [
    rate('context_switches_per_second', 'Switches from one thread to another.', ACTIVITY),
    rate('interrupts_per_second', 'Interrupts served, of every kind.', ACTIVITY),
    rate('forks_per_second', 'Processes and threads made.', ACTIVITY),
    { name: 'running_threads', unit: 'count', kind: 'gauge', meaning: 'Threads that run or wait for a CPU.' },
    { name: 'blocked_threads', unit: 'count', kind: 'gauge', meaning: 'Threads that wait for a disk.' },
    rate('softirqs_per_second', 'Soft interrupts of every kind.', ACTIVITY),
    rate('softirq_hi_per_second', 'Soft interrupts: tasklets of high priority.'),
    rate('softirq_timer_per_second', 'Soft interrupts: timers.'),
    rate('softirq_net_tx_per_second', 'Soft interrupts: network, sending.'),
    rate('softirq_net_rx_per_second', 'Soft interrupts: network, receiving.'),
    rate('softirq_block_per_second', 'Soft interrupts: disk requests that ended.'),
    rate('softirq_irq_poll_per_second', 'Soft interrupts: devices that are polled.'),
    rate('softirq_tasklet_per_second', 'Soft interrupts: tasklets.'),
    rate('softirq_sched_per_second', 'Soft interrupts: balancing of load between CPUs.'),
    rate('softirq_hrtimer_per_second', 'Soft interrupts: high-resolution timers.'),
    rate('softirq_rcu_per_second', 'Soft interrupts: read-copy-update.'),
    resets,
  ],
};
