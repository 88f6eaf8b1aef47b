import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const share = (name: string, meaning: string, panel = 'Node / CPU time'): Field => ({
  name,
  unit: 'ratio',
  kind: 'rate',
  meaning,
  panel,
});

export const cpuTime: Measurement = {
  name: 'nestwatch_cpu_time',
  meaning:
    'Share of CPU time in each state over the last interval; 1 is all CPUs, and the shares add up to 1.',
  source: '/proc/stat',
  from: 'sample.cpuTime',
  fields: [
    // Beside the load, which is to be compared with it; among shares that are stacked it would be one of them.
    { name: 'cpus', unit: 'count', kind: 'gauge', meaning: 'CPUs online.', panel: 'Node / Load' },
    share('user_ratio', 'In user space, without running guests.'),
    share('nice_ratio', 'In user space at low priority, without running guests.'),
    share('system_ratio', 'In the kernel.'),
    share('idle_ratio', 'Idle.'),
    share('iowait_ratio', 'Idle while a disk request of this CPU was outstanding.'),
    share('irq_ratio', 'Serving hardware interrupts.'),
    share('softirq_ratio', 'Serving soft interrupts.'),
    {
      ...share(
        'steal_ratio',
        'Ready to run while the hypervisor ran something else. Counts the direct parent only: look at all layers.',
        'Overhead / Steal',
      ),
      // Where the alert rule steal-high is raised.
      bands: { warn: 0.1, critical: 0.3 },
    },
    share('guest_ratio', 'Running guests.'),
    share('guest_nice_ratio', 'Running guests at low priority.'),
    share('steal_max_ratio', 'Steal of the CPU that had most of it.', 'Overhead / Steal'),
    share('steal_min_ratio', 'Steal of the CPU that had least of it.', 'Overhead / Steal'),
    resets,
  ],
};
