import { type Column, column } from '../catalogue.ts';
import { type DashboardSpec, type Lines, lines, type Table, table } from '../spec.ts';

/** Rows of a table of those machines that have most of something. */
const MOST = 10;

/** One line for each layer: however many machines there are, it is a few series. */
function byLayer(title: string, columns: readonly Column[], how: string, more: Partial<Lines> = {}): Lines {
  return lines(`${title} by layer`, {
    columns,
    split: ['layer'],
    aggregate: 'mean',
    how: `The mean over the machines of each layer. ${how}`,
    ...more,
  });
}

/** The machines that have most of it. */
function worst(title: string, columns: readonly Column[], sortBy: string): Table {
  return table(title, {
    columns,
    split: ['layer', 'name', 'node'],
    aggregate: 'mean',
    sortBy: { column: sortBy, from: 'most' },
    most: MOST,
    how: `The ${MOST} machines that have most of it on average over the time range, the worst first. A name leads to the machine.`,
  });
}

const STEAL = [column('nestwatch_cpu_time', 'steal_ratio')];
const EXIT = [column('nestwatch_exit_latency', 'median_us')];
const TIMER = [column('nestwatch_timer_latency', 'median_us')];
const PRESSURE = ['cpu_some_ratio', 'memory_some_ratio', 'io_some_ratio'].map((field) =>
  column('nestwatch_pressure', field),
);

export const overhead: DashboardSpec = {
  title: 'Overhead',
  description:
    'What each layer costs: steal, exits, timers, pressure. First by layer with the worst machines; below, folded, each machine.',
  range: '1h',
  refresh: '1m',
  items: [
    { row: 'Layers' },
    byLayer('Steal', STEAL, 'It counts the direct parent only: look at all layers together.'),
    worst('Most steal', STEAL, 'steal'),
    byLayer('Exit latency', EXIT, 'Logarithmic, because each layer multiplies it.', { scale: 'log' }),
    worst('Dearest exits', EXIT, 'median'),
    byLayer(
      'Timer latency',
      TIMER,
      'Logarithmic. Everything that waits for a timer or an interrupt pays this.',
      {
        scale: 'log',
      },
    ),
    worst('Latest timers', TIMER, 'median'),
    byLayer(
      'Pressure',
      PRESSURE,
      'Share of time in which some tasks waited; more than a tenth, for long, is felt.',
      {
        size: [24, 9],
      },
    ),
    { row: 'Each machine: is anybody waiting for CPU?', folded: true },
    lines('Steal', {
      how: 'Share of time in which the machine was ready to run and its hypervisor ran something else. It counts the direct parent only: guest3 can show none while guest1 starves, so look at all layers side by side. A few percent are normal in a busy cascade.',
      size: [12, 10],
    }),
    lines('Run delay', {
      how: 'Time that runnable threads waited for a CPU inside the machine. High here and low steal: the machine itself is overloaded. Both high: the layer below is.',
      size: [12, 10],
    }),
    { row: 'Each machine: what does an exit cost?', folded: true },
    lines('Exit latency', {
      how: 'Time of one CPUID instruction, which always exits to the hypervisor; logarithmic, because each layer multiplies it: about 1 µs in guest1, 10 to 30 µs in guest2, 0.2 to 0.5 ms in guest3 on hardware. The clearest single figure for depth. A step up means that the layer below lost a feature such as VMCS shadowing, or is starved.',
      scale: 'log',
      size: [12, 10],
    }),
    lines('Timer latency', {
      how: 'How late a short timer fires; logarithmic. Below 0.1 ms in guest1, below 3 ms in guest3 on an idle host. Everything that waits for a timer or an interrupt pays this.',
      scale: 'log',
      size: [12, 10],
    }),
    lines('Amplification', {
      how: 'Exits in the layer below for each exit of the guest: how many times one trap is multiplied on its way down. Steady for a given machine; a rise means that the hypervisor below now does in software what hardware did.',
      scale: 'log',
    }),
    lines('Exits', {
      how: 'Exits per second of the guests that a machine runs, by kind, from KVM. Few exits mean that guests run undisturbed.',
      scale: 'log',
    }),
    lines('Nested runs', {
      how: 'How often per second a machine entered a guest of its guest. Zero where nothing is nested inside its guests.',
    }),
    { row: 'Each machine: pressure', folded: true },
    lines('Pressure', {
      how: 'Share of time in which some (or all) tasks waited for CPU, memory or disk. More than a tenth, for long, is felt.',
      size: [24, 10],
    }),
    { row: 'Each machine: guests', folded: true },
    lines('Guests', {
      how: "CPU time of each guest as its parent sees it, split into running the guest and working for it. QEMU at full while the guest looks idle is work done on the guest's behalf: exits, devices, or a spinning guest two layers down.",
      size: [24, 10],
    }),
    lines('Throttled guests', {
      how: 'Share of time in which a vCPU stood still because a cgroup of its parent had used up its CPU time. The guest sees it as steal, where it has a steal clock.',
    }),
    lines('Guests that wait for swap', {
      how: 'Share of time in which a guest waited for memory that its parent had swapped out. Anything but zero makes every figure of that guest doubtful.',
    }),
    lines('Halt polling', {
      how: 'CPUs that a machine spends waiting for its guests in a loop before it lets a vCPU rest, in vain and not. It makes wake-ups quicker, and takes time from others.',
    }),
    lines('Merging', {
      how: 'Share of one CPU that merging equal pages takes (KSM).',
    }),
    { row: 'Each machine: clock', folded: true },
    lines('Clock', {
      how: 'Cost of reading the clock. Tens of nanoseconds when it is read without an exit; microseconds after the kernel fell back to another clocksource.',
      scale: 'log',
    }),
  ],
};
