import type { Measurement } from './types.ts';

export const load: Measurement = {
  name: 'nestwatch_load',
  meaning: 'Load averages and time since boot.',
  source: '/proc/loadavg, /proc/uptime',
  from: 'sample.load',
  fields: [
    {
      name: 'load1',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Load average over 1 minute.',
      panel: 'Node / Load',
    },
    {
      name: 'load5',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Load average over 5 minutes.',
      panel: 'Node / Load',
    },
    {
      name: 'load15',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Load average over 15 minutes.',
      panel: 'Node / Load',
    },
    { name: 'runnable_threads', unit: 'count', kind: 'gauge', meaning: 'Threads ready to run.' },
    { name: 'threads', unit: 'count', kind: 'gauge', meaning: 'Threads that exist.' },
    { name: 'uptime_seconds', unit: 'seconds', kind: 'gauge', meaning: 'Time since the kernel started.' },
  ],
};
