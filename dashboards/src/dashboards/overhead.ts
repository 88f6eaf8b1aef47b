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
    how: `The ${MOST} machines with the highest average over the time range, worst first. A name links to the machine.`,
  });
}

const STEAL = [column('nestwatch_cpu_time', 'steal_ratio')];
const EXIT = [column('nestwatch_exit_latency', 'median_us')];
const TIMER = [column('nestwatch_timer_latency', 'median_us')];
const PRESSURE = ['cpu_some_ratio', 'memory_some_ratio', 'io_some_ratio'].map((field) =>
  column('nestwatch_pressure', field),
);

const USUAL = ['usual_low', 'usual_high'].map((field) => column('nestwatch_exit_amplification', field));

export const overhead: DashboardSpec = {
  title: 'Overhead',
  description:
    'The cost of each layer: steal, exits, timers, pressure. First by layer with the worst machines; each machine is in the collapsed rows below, one for each layer.',
  range: '1h',
  refresh: '1m',
  byLayer: true,
  items: [
    { row: 'Layers' },
    byLayer('Steal', STEAL, 'It counts only the direct parent: compare all layers.'),
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
      'Share of time in which some tasks waited. More than a tenth for a long time is noticeable.',
      {
        size: [24, 9],
      },
    ),
    // A repeated row stands once for each layer that the lab has.
    { row: 'Layer $layer, each machine', folded: true, forEach: 'layer' },
    lines('Steal', {
      how: 'Share of time in which the machine was ready to run, but its hypervisor ran something else. It counts only the direct parent: guest3 can show none while guest1 starves, so compare all layers. A few percent are normal in a busy cascade.',
      size: [12, 10],
    }),
    lines('Run delay', {
      how: 'Time that runnable threads waited for a CPU inside the machine. If it is high and steal is low, the machine itself is overloaded. If both are high, its parent is.',
      size: [12, 10],
    }),
    lines('Exit latency', {
      how: 'Time of one CPUID instruction, which always exits to the hypervisor; logarithmic, because each layer multiplies it: about 1 µs in guest1, 10 to 30 µs in guest2, 0.2 to 0.5 ms in guest3 on hardware. The clearest single figure for depth. A step up means that its parent lost a feature such as VMCS shadowing, or lacks CPU time.',
      scale: 'log',
      size: [12, 10],
    }),
    lines('Timer latency', {
      how: 'How late a short timer fires; logarithmic. Below 0.1 ms in guest1, below 3 ms in guest3 on an idle host. Everything that waits for a timer or an interrupt pays this.',
      scale: 'log',
      size: [12, 10],
    }),
    lines('Amplification', {
      how: "Exits at the parent for each exit of the guest: how often one trap multiplies on its way down. Dashed: what is usual, counted by the observatory for this pair of kernels on AMD with the features of the lab, elsewhere from the machine's own history. Above it, the parent does in software what hardware did before. Without dashes there are too few exits to compare.",
      scale: 'log',
      band: USUAL,
    }),
    lines('Exits', {
      how: "Exits per second of a machine's guests, by kind, from KVM. With few exits, guests run undisturbed.",
      scale: 'log',
    }),
    lines('Nested runs', {
      how: 'Entries per second into a guest of a guest. Zero without nested guests.',
    }),
    lines('Pressure', {
      how: 'Share of time in which some (or all) tasks waited for CPU, memory or disk. More than a tenth for a long time is noticeable.',
      size: [24, 10],
    }),
    lines('Guests', {
      how: 'CPU time of each guest as its parent sees it, split into running the guest and working for it. If QEMU is busy while the guest is idle, the work is exits, devices, or a spinning guest deeper in the cascade.',
      size: [24, 10],
    }),
    lines('Throttled guests', {
      how: 'Share of time in which a vCPU was throttled by a cgroup of its parent. A guest with a steal clock sees it as steal.',
    }),
    lines('Guests that wait for swap', {
      how: 'Share of time in which a guest waited for memory that its parent had swapped out. Above zero, all figures of that guest are doubtful.',
    }),
    lines('Halt polling', {
      how: 'CPUs that a machine spends polling before it halts a vCPU, successfully or in vain. Polling makes wake-ups faster, and takes CPU time from others.',
    }),
    lines('Merging', {
      how: 'Share of one CPU that merging equal pages takes (KSM).',
    }),
    lines('Clock', {
      how: 'Cost of reading the clock. Tens of nanoseconds without an exit; microseconds after the kernel fell back to another clocksource.',
      scale: 'log',
    }),
  ],
};
