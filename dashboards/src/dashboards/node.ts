import { column } from '../catalogue.ts';
import { type DashboardSpec, lines, table, tiles } from '../spec.ts';

export const node: DashboardSpec = {
  title: 'Node',
  description: 'Everything about one machine.',
  oneNode: true,
  range: '1h',
  refresh: '30s',
  items: [
    tiles('Capability', {
      how: 'What this machine is, and what it can host. Reported hourly and at every change.',
      size: [24, 8],
    }),
    table('Verdicts', {
      how: 'What each rule concluded from the facts, and what to do about it. Worst first.',
      split: ['rule'],
      sortBy: 'level',
      size: [24, 10],
    }),
    { row: 'Processor and memory' },
    lines('CPU time', {
      how: 'Shares of all CPUs, stacked: they add up to one. Guest is the time that went to virtual machines, steal the time that the hypervisor gave to others.',
      columns: [column('nestwatch_cpu_time', 'steal_ratio')],
      split: [],
      stack: true,
    }),
    lines('Load', {
      how: 'Threads that run or want to, averaged, and the number of CPUs: above it something waits.',
      split: [],
    }),
    lines('Memory', {
      how: 'Available is what programs can still have. In a deep guest the first touch of every page is dear: watch free and available, not only used.',
      split: [],
    }),
    lines('Memory faults', {
      how: 'Page faults and swapping per second. Each new page costs faults in every layer below.',
      split: [],
    }),
    lines('Activity', {
      how: 'Context switches and interrupts per second. Each interrupt of a guest is at least one exit.',
      split: [],
      scale: 'log',
    }),
    lines('Kernel log', {
      how: 'Trouble that the kernel wrote down: lockups, hung tasks, stalls, clocksources given up. Anything but zero deserves a look; in a deep guest a lockup means that it did not get to run.',
      split: [],
    }),
    { row: 'Devices' },
    lines('Disk', { how: 'Each block device: throughput and waiting time.' }),
    lines('Network', { how: 'Each network device: throughput and drops.' }),
    { row: 'Facts and probes' },
    table('Facts', {
      how: 'Everything found out about this machine, and where not, why not.',
      split: ['fact'],
      sortBy: 'fact',
      size: [24, 12],
    }),
    table('Probes', {
      how: "What each probe did last, and how long it took. Absent is normal where the kernel does not offer the source; the reason is on the node's page.",
      split: ['probe'],
      sortBy: 'probe',
      size: [24, 12],
    }),
  ],
};
