import type { Field, Measurement } from './types.ts';

const time = (name: string, meaning: string, panel?: string): Field => ({
  name,
  unit: 'microseconds',
  kind: 'gauge',
  meaning,
  ...(panel !== undefined && { panel }),
});

const PANEL = 'Overhead / Exit latency';

export const exitLatency: Measurement = {
  name: 'nestwatch_exit_latency',
  meaning: 'Cost of one CPUID instruction, which always exits to the hypervisor. Grows with each layer.',
  source: '/dev/cpu/N/cpuid less /dev/zero',
  from: 'sample.exitLatency',
  fields: [
    time(
      'median_us',
      'Median of the few exits of one sample, less the plain read. Absent where that took as long.',
      PANEL,
    ),
    time('p99_us', 'The slowest of nearly all of them, less the plain read.', PANEL),
    time('min_us', 'The quickest of them, less the plain read.'),
    time('baseline_us', 'Median of the plain read that is taken off.'),
    { name: 'samples', unit: 'count', kind: 'gauge', meaning: 'Exits that were timed.' },
  ],
};
