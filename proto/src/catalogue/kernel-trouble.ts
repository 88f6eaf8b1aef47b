import type { Field, Measurement } from './types.ts';

const count = (name: string, meaning: string, shown = true): Field => ({
  name,
  unit: 'count',
  kind: 'gauge',
  meaning,
  ...(shown ? { panel: 'Node / Kernel log' } : {}),
});

export const kernelTrouble: Measurement = {
  name: 'nestwatch_kernel_trouble',
  meaning: 'Complaints in the kernel log since the last sample.',
  source: '/dev/kmsg',
  from: 'sample.kernelTrouble',
  fields: [
    count('soft_lockups', 'A CPU stuck in the kernel, or a vCPU that was not run for long.'),
    count('hard_lockups', 'A CPU stuck with interrupts off.'),
    count('workqueue_lockups', 'Kernel work that made no progress.'),
    count('hung_tasks', 'A task blocked for minutes.'),
    count('rcu_stalls', 'A CPU that blocked the others for long.'),
    count('clocksource_switches', 'The kernel switched to a clocksource that is expensive to read.'),
    count('clocksource_unstable', 'The kernel found a clocksource unreliable.'),
    count('long_interrupts', 'Timer interrupts that took too long.'),
    count('oom_kills', 'Processes killed because memory ran out.'),
    count('io_errors', 'Errors of disks and file systems.'),
    count('restored', 'The hypervisor reported that this machine was restored from a snapshot.'),
    count(
      'since_boot',
      "All kinds together since the kernel's start, including the time before the agent, as far back as the log reaches; dmesg shows them.",
      false,
    ),
    count('lost_records', 'Records overwritten before they were read.', false),
  ],
};
