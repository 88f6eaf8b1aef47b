import type { Measurement } from './types.ts';

export const probe: Measurement = {
  name: 'nestwatch_probe',
  meaning: 'What each probe did at each sample.',
  source: 'agent, measured by the probe runner',
  from: 'sample.probes',
  tags: ['probe'],
  fields: [
    {
      name: 'status',
      unit: 'none',
      kind: 'gauge',
      meaning: '1 read, 2 source absent, 3 denied, 4 failed, 5 timed out, 6 first of two readings.',
      panel: 'Node / Probes',
    },
    {
      name: 'reason',
      unit: 'text',
      kind: 'text',
      meaning: 'Why there is no value; empty when there is one.',
    },
    {
      name: 'duration_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning: 'Time the probe took.',
      panel: 'Node / Probes',
    },
  ],
};
