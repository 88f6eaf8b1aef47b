import type { Field, Measurement } from './types.ts';

const PANEL = 'Overhead / Timer latency';

const time = (name: string, meaning: string, panel?: string): Field => ({
  name,
  unit: 'microseconds',
  kind: 'gauge',
  meaning,
  ...(panel !== undefined && { panel }),
});
const count = (name: string, meaning: string): Field => ({ name, unit: 'count', kind: 'gauge', meaning });

export const timerLatency: Measurement = {
  name: 'nestwatch_timer_latency',
  meaning:
    'How late a timer of 1 ms fires. About 0.05 ms on bare metal, which is the timer slack of the kernel.',
  source: 'agent: a futex with a time limit',
  from: 'sample.timerLatency',
  fields: [
    {
      ...time('median_us', 'Median lateness of the few timers of one sample.', PANEL),
      bands: { warn: 5000, critical: 20_000 },
    },
    time('p99_us', 'Lateness that nearly all of them keep below.', PANEL),
    time('max_us', 'Lateness of the latest.'),
    count('samples', 'Timers that were set.'),
    count('below100us', 'Timers less than 0.1 ms late.'),
    count('below1ms', 'Timers 0.1 to 1 ms late.'),
    count('below10ms', 'Timers 1 to 10 ms late.'),
    count('above10ms', 'Timers 10 ms late or more.'),
  ],
};
