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
      how: 'What this machine is and can host. It reports this hourly and at every change; the panel shows the newest report of the last three hours.',
      always: '3h',
      size: [24, 8],
    }),
    table('Verdicts', {
      how: 'Verdict of each rule and what to do about it, most severe first. `unknown` means that the rule could not decide.',
      always: '3h',
      split: ['layer', 'name', 'node', 'rule'],
      sortBy: { column: 'level', from: 'most' },
      none: { level: v1.Verdict.Level.UNKNOWN },
      size: [24, 10],
    }),
    lines('Canary', {
      how: 'Time that the smallest guest took to boot under KVM, once a day and after a pause, a restore, or a change of the kernel or its modules. A missing point means that it did not boot; the alert `cannot-boot` shows why.',
      columns: [column('nestwatch_benchmark', 'seconds_per_unit')],
      where: { benchmark: 'guest.canary' },
      split: OF_NODE,
      sparse: true,
      scale: 'log',
    }),
    table('Canary runs', {
      how: 'Outcome of the newest canary, why it ran, and why the guest did not boot.',
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
      how: 'Shares of all CPUs, stacked; they add up to one. "Guest" is time for virtual machines, "steal" is time that the hypervisor gave to others.',
      columns: [column('nestwatch_cpu_time', 'steal_ratio')],
      split: OF_NODE,
      stack: true,
    }),
    lines('Load', {
      how: 'Average number of threads that run or wait for a CPU, and the number of CPUs. Above that number, threads wait.',
      split: OF_NODE,
    }),
    lines('Memory', {
      how: '"Available" is what programs can still use. In a deep guest the first touch of every page is expensive: watch free and available, not only used.',
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
      how: 'Trouble in the kernel log: lockups, hung tasks, stalls, rejected clocksources. Check everything above zero. In a deep guest a lockup often means that it was not scheduled.',
      split: OF_NODE,
    }),
    { row: 'Guests' },
    table('Limits of guests', {
      how: 'CPU limits of the guests that run here: cgroups, allowed CPUs, nice and scheduling class. An empty cell means no limit, unless `unread` shows why it is unknown.',
      split: ['layer', 'name', 'node', 'guest'],
      sortBy: { column: 'guest', from: 'least' },
      size: [24, 8],
    }),
    table('Memory of guests', {
      how: 'Memory of the guests that run here, as this machine sees it. If much is resident while free in the guest, the guest does not return unused memory. Swapped memory makes the guest wait for the disk. Huge pages make page faults and exits cheaper.',
      split: ['layer', 'name', 'node', 'guest'],
      sortBy: { column: 'guest', from: 'least' },
      size: [24, 8],
    }),
    lines('Pages of guests', {
      how: 'Pages that KVM maps into each guest, by size. If most are small, huge pages are off, split by KSM or nx_huge_pages, or memory is fragmented.',
      split: [...OF_NODE, 'guest'],
      scale: 'log',
    }),
    lines('Merged memory', {
      how: 'Equal pages of guests that KSM merged. With a profit below zero, KSM uses more memory than it saves.',
      split: OF_NODE,
    }),
    table('Exits by reason', {
      how: "Why the guests of this machine exit, from the last trace. An alert about exits or `nestwatch exits` starts a trace. Names are those of the kernel. `hlt`: an idle vCPU. `npf` and `EPT_VIOLATION`: memory touched for the first time. `io`: an emulated device. `vmrun`, `vmload` and `VMREAD`: the guest's own hypervisor. Level nested: exits of the guest's own guests.",
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
      how: 'All facts about this machine, or the reason why a fact is missing.',
      always: '3h',
      split: ['layer', 'name', 'node', 'fact'],
      sortBy: { column: 'fact', from: 'least' },
      size: [24, 12],
    }),
    table('Probes', {
      how: 'Last state and duration of each probe. `absent` is normal if the kernel does not have the source; the page of the node shows the reason.',
      split: ['layer', 'name', 'node', 'probe'],
      sortBy: { column: 'probe', from: 'least' },
      size: [24, 12],
    }),
  ],
};
