import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const bytes = (name: string, meaning: string): Field => ({
  name,
  unit: 'bytes',
  kind: 'gauge',
  meaning,
  panel: 'Node / Merged memory',
});

export const ksm: Measurement = {
  name: 'nestwatch_ksm',
  meaning:
    'Equal pages of guests that the kernel merges (KSM): it saves memory, takes CPU, and breaks up huge pages.',
  source: '/sys/kernel/mm/ksm, /proc/PID/stat of ksmd',
  from: 'sample.ksm',
  fields: [
    { name: 'running', unit: 'boolean', kind: 'flag', meaning: 'Whether it merges now.' },
    bytes('shared_bytes', 'Merged pages that are kept.'),
    bytes('saved_bytes', 'Pages that the merged pages replace: the saved memory.'),
    bytes('unshared_bytes', 'Pages that were scanned repeatedly without finding an equal one.'),
    bytes('volatile_bytes', 'Pages that change too fast to be merged.'),
    bytes('zero_bytes', 'Empty pages given back, of Linux 6.6 and later.'),
    bytes('profit_bytes', 'Saved memory minus what KSM itself needs; below 0 it costs memory.'),
    {
      name: 'scanned_bytes_per_second',
      unit: 'bytes/s',
      kind: 'rate',
      meaning: 'Memory looked at, of Linux 6.6 and later.',
    },
    {
      name: 'cpu_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'Share of one CPU that its thread takes.',
      panel: 'Overhead / Merging',
    },
    resets,
  ],
};
