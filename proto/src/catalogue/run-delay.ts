import { resets } from './resets.ts';
import type { Measurement } from './types.ts';

const PANEL = 'Overhead / Run delay';

export const runDelay: Measurement = {
  name: 'nestwatch_run_delay',
  meaning:
    'How long threads waited for a CPU of this machine. The wait of a vCPU thread is steal in its guest.',
  source: '/proc/schedstat',
  from: 'sample.runDelay',
  fields: [
    {
      name: 'wait_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'Seconds that threads waited in one second, for each CPU: 1 is one thread that always waits.',
      panel: PANEL,
    },
    {
      name: 'wait_max_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'The same for the CPU on which they waited most.',
      panel: PANEL,
    },
    {
      name: 'run_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'Seconds that threads ran in one second, for each CPU.',
    },
    {
      name: 'timeslices_per_second',
      unit: 'per second',
      kind: 'rate',
      meaning: 'Turns that threads got, on all CPUs.',
    },
    { name: 'wait_us', unit: 'microseconds', kind: 'rate', meaning: 'Mean wait before one turn.' },
    resets,
  ],
};
