import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const share = (name: string, meaning: string): Field => ({
  name,
  unit: 'ratio',
  kind: 'rate',
  meaning,
  panel: 'Overhead / Pressure',
  bands: { warn: 0.1, critical: 0.4 },
});

export const pressure: Measurement = {
  name: 'nestwatch_pressure',
  meaning: 'Share of time in which tasks waited for a resource (PSI).',
  source: '/proc/pressure',
  from: 'sample.pressure',
  fields: [
    share('cpu_some_ratio', 'Some thread waited for a CPU.'),
    share('cpu_full_ratio', 'All threads waited for a CPU: 0 for the machine as a whole, by definition.'),
    share('memory_some_ratio', 'Some thread waited for memory.'),
    share('memory_full_ratio', 'All threads that had work waited for memory.'),
    share('io_some_ratio', 'Some thread waited for a disk.'),
    share('io_full_ratio', 'All threads that had work waited for a disk.'),
    resets,
  ],
};
