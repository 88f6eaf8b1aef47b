import type { Measurement } from './types.ts';

export const beyond: Measurement = {
  name: 'nestwatch_beyond',
  meaning:
    'What a node had more of than it may: messages that were set aside, letters that were not kept whole, and so on. Written when it changes. `bound` is message (beyond a bound of one message, or of its node), refused (InfluxDB refuses it), apart (more refused than is tried one by one at once), letter (not kept whole), keys (runs of its agent), time (stands too far ahead or back), thinning (late points) or questions (asked more often than they are answered).',
  source: 'the collector, of what it takes in',
  tags: ['bound', 'collector'],
  fields: [
    {
      name: 'count',
      unit: 'count',
      kind: 'total',
      meaning: 'How often, since the start of the collector.',
      panel: 'Pipeline / Beyond bounds',
    },
    { name: 'reason', unit: 'text', kind: 'text', meaning: 'Why, the last time.' },
  ],
};
