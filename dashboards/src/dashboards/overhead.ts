import { type DashboardSpec, lines } from '../spec.ts';

export const overhead: DashboardSpec = {
  title: 'Overhead',
  description: 'What each layer costs, every few seconds: steal, exits, timers, pressure.',
  range: '1h',
  refresh: '30s',
  items: [
    { row: 'Is anybody waiting for CPU?' },
    lines('Steal', {
      how: 'Share of time in which the machine was ready to run and its hypervisor ran something else. It counts the direct parent only: guest3 can show none while guest1 starves, so look at all layers side by side. A few percent are normal in a busy cascade.',
      size: [12, 10],
    }),
    lines('Run delay', {
      how: 'Time that runnable threads waited for a CPU inside the machine. High here and low steal: the machine itself is overloaded. Both high: the layer below is.',
      size: [12, 10],
    }),
    { row: 'What does an exit cost?' },
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
    { row: 'Pressure' },
    lines('Pressure', {
      how: 'Share of time in which some (or all) tasks waited for CPU, memory or disk. More than a tenth, for long, is felt.',
      size: [24, 10],
    }),
    { row: 'Guests' },
    lines('Guests', {
      how: "CPU time of each guest as its parent sees it, split into running the guest and working for it. QEMU at full while the guest looks idle is work done on the guest's behalf: exits, devices, or a spinning guest two layers down.",
      size: [24, 10],
    }),
    { row: 'Clock' },
    lines('Clock', {
      how: 'Cost of reading the clock. Tens of nanoseconds when it is read without an exit; microseconds after the kernel fell back to another clocksource.',
      scale: 'log',
    }),
  ],
};
