import type { Measurement } from './types.ts';

export const beyond: Measurement = {
  name: 'nestwatch_beyond',
  meaning:
    'How often a node exceeded a limit. Written when it changes. `bound` is one of: message (a limit of one message or of its node); refused (InfluxDB refuses it); apart (too many refused messages wait for a separate retry); letter (truncated dead letter); keys (runs of its agent); time (dated too far ahead or back); thinning (late points); questions (too many requests); flood (more messages than are read, left unread; of an unknown node where the stream deleted them).',
  source: 'the collector, from received messages',
  tags: ['bound', 'collector'],
  fields: [
    {
      name: 'count',
      unit: 'count',
      kind: 'total',
      meaning: 'How often, since the start of the collector.',
      panel: 'Pipeline / Beyond bounds',
    },
    { name: 'reason', unit: 'text', kind: 'text', meaning: 'The last reason.' },
  ],
};
