import type { Measurement } from './types.ts';

export const clockCost: Measurement = {
  name: 'nestwatch_clock_cost',
  meaning: 'Which clock the kernel reads, what a reading costs, and how the clocks moved against each other.',
  source: '/sys/devices/system/clocksource/clocksource0, clock_gettime(2), /proc/uptime, /sys/class/rtc/rtc0',
  from: 'sample.clockCost',
  fields: [
    { name: 'clocksource', unit: 'text', kind: 'text', meaning: 'Clocksource in use.' },
    { name: 'available', unit: 'text', kind: 'text', meaning: 'Clocksources the kernel could use.' },
    {
      name: 'read_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning: 'Mean cost of one reading of the monotonic clock.',
      panel: 'Overhead / Clock',
    },
    {
      name: 'wall_step_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning:
        'How far the wall clock moved against the monotonic one since the last sample; forward is positive.',
    },
    {
      name: 'drift_ppm',
      unit: 'none',
      kind: 'gauge',
      meaning: 'The same over the last minutes without steps, µs for each second.',
    },
    {
      name: 'paused_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'Time in which this machine did not run since the last sample, as its clocks show.',
    },
  ],
};
