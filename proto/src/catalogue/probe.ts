import { v1 } from '../messages.ts';
import type { Measurement } from './types.ts';

const { Status } = v1.ProbeOutcome;

export const probe: Measurement = {
  name: 'nestwatch_probe',
  meaning: 'What each probe did: when that changes, and every 150 s.',
  source: 'agent, measured by the probe runner',
  from: 'sample.probes',
  tags: ['probe'],
  fields: [
    {
      name: 'status',
      unit: 'none',
      kind: 'gauge',
      meaning: 'How the reading went.',
      words: {
        [Status.OK]: 'read',
        [Status.ABSENT]: 'source absent',
        [Status.DENIED]: 'denied',
        [Status.FAILED]: 'failed',
        [Status.TIMED_OUT]: 'timed out',
        [Status.WARMING_UP]: 'first of two readings',
      },
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
