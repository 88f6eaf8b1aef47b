import { v1 } from '@nestwatch/proto';
import { column } from '../catalogue.ts';
import { type DashboardSpec, lines, table, tiles } from '../spec.ts';

/** One machine is chosen; where an address names several, their figures are not mixed. */
const OF_NODE = ['layer', 'name', 'node'];

export const node: DashboardSpec = {
  title: 'Node',
  description: 'Everything about one machine.',
  oneNode: true,
  range: '1h',
  refresh: '30s',
  items: [
    tiles('Capability', {
      how: 'What this machine is, and what it can host. Reported hourly and at every change: always the newest of the last three hours.',
      always: '3h',
      size: [24, 8],
    }),
    table('Verdicts', {
      how: 'What each rule concluded from the facts, and what to do about it. The gravest first; `unknown` says that the rule could not tell, and is no level of its own.',
      always: '3h',
      split: ['layer', 'name', 'node', 'rule'],
      sortBy: { column: 'level', from: 'most' },
      none: { level: v1.Verdict.Level.UNKNOWN },
      size: [24, 10],
    }),
    lines('Canary', {
      how: 'Time in which the smallest guest booted under KVM, once a day and after a pause, a restore, or a change of the kernel or its modules. A point that is missing where one was due: it did not boot, and the alert `cannot-boot` says why.',
      columns: [column('nestwatch_benchmark', 'seconds_per_unit')],
      where: { benchmark: 'guest.canary' },
      split: OF_NODE,
      sparse: true,
      scale: 'log',
    }),
    table('Canary runs', {
      how: 'How the newest canary ended, what it ran for, and why the guest did not boot.',
      columns: [
        column('nestwatch_benchmark', 'outcome'),
        column('nestwatch_benchmark', 'trigger'),
        column('nestwatch_benchmark', 'reason'),
        column('nestwatch_benchmark', 'engine_version'),
      ],
      where: { benchmark: 'guest.canary' },
      split: OF_NODE,
      always: '7d',
    }),
    { row: 'Processor and memory' },
    lines('CPU time', {
      how: 'Shares of all CPUs, stacked: they add up to one. Guest is the time that went to virtual machines, steal the time that the hypervisor gave to others.',
      columns: [column('nestwatch_cpu_time', 'steal_ratio')],
      split: OF_NODE,
      stack: true,
    }),
    lines('Load', {
      how: 'Threads that run or want to, averaged, and the number of CPUs: above it something waits.',
      split: OF_NODE,
    }),
    lines('Memory', {
      how: 'Available is what programs can still have. In a deep guest the first touch of every page is dear: watch free and available, not only used.',
      split: OF_NODE,
    }),
    lines('Memory faults', {
      how: 'Page faults and swapping per second. Each new page costs faults in every layer below.',
      split: OF_NODE,
    }),
    lines('Activity', {
      how: 'Context switches and interrupts per second. Each interrupt of a guest is at least one exit.',
      split: OF_NODE,
      scale: 'log',
    }),
    lines('Kernel log', {
      how: 'Trouble that the kernel wrote down: lockups, hung tasks, stalls, clocksources given up. Anything but zero deserves a look; in a deep guest a lockup means that it did not get to run.',
      split: OF_NODE,
    }),
    { row: 'Guests' },
    table('Limits of guests', {
      how: 'Who limits the CPUs of the guests that run here: cgroups, CPUs that they may use, nice and scheduling class. Empty cells: nothing limits it there, or `unread` says why that is not known.',
      split: ['layer', 'name', 'node', 'guest'],
      sortBy: { column: 'guest', from: 'least' },
      size: [24, 8],
    }),
    table('Memory of guests', {
      how: 'Memory of the guests that run here, as this machine sees it. Much resident while the guest has it free: it does not give back what it does not use. Anything swapped makes the guest wait for the disk. Huge pages make its page faults and exits cheaper.',
      split: ['layer', 'name', 'node', 'guest'],
      sortBy: { column: 'guest', from: 'least' },
      size: [24, 8],
    }),
    lines('Pages of guests', {
      how: 'Pages that KVM maps into each guest, by their size. Few large ones and many small ones: huge pages are off, broken up by KSM or nx_huge_pages, or memory is in pieces.',
      split: [...OF_NODE, 'guest'],
      scale: 'log',
    }),
    lines('Merged memory', {
      how: 'Equal pages of guests that KSM made into one. Profit below zero: it needs more memory than it saves.',
      split: OF_NODE,
    }),
    table('Exits by reason', {
      how: "Why the guests of this machine exit, from the last trace: it is made when an alert about exits fires, or by `nestwatch exits`. Names are the kernel's: `hlt` a vCPU had nothing to do, `npf` and `EPT_VIOLATION` memory touched for the first time, `io` an emulated device; `vmrun`, `vmload` and `VMREAD` are what a guest's own hypervisor does. Level nested: exits of the guest's own guests.",
      always: '30d',
      split: ['layer', 'name', 'node', 'guest', 'level', 'reason'],
      sortBy: { column: 'per second', from: 'most' },
      size: [24, 10],
    }),
    { row: 'Devices' },
    lines('Disk', { how: 'Each block device: throughput and waiting time.' }),
    lines('Network', { how: 'Each network device: throughput and drops.' }),
    { row: 'Facts and probes' },
    table('Facts', {
      how: 'Everything found out about this machine, and where not, why not.',
      always: '3h',
      split: ['layer', 'name', 'node', 'fact'],
      sortBy: { column: 'fact', from: 'least' },
      size: [24, 12],
    }),
    table('Probes', {
      how: "What each probe did last, and how long it took. Absent is normal where the kernel does not offer the source; the reason is on the node's page.",
      split: ['layer', 'name', 'node', 'probe'],
      sortBy: { column: 'probe', from: 'least' },
      size: [24, 12],
    }),
  ],
};
