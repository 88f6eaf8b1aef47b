import type { Measurement } from './types.ts';

export const event: Measurement = {
  name: 'nestwatch_event',
  meaning: 'Something that happened once on a node.',
  source: 'agent and collector',
  from: 'event',
  fields: [
    { name: 'kind', unit: 'none', kind: 'gauge', meaning: 'Number of the kind, as in event.proto.' },
    {
      name: 'text',
      unit: 'text',
      kind: 'text',
      meaning: 'One sentence for a person.',
      panel: 'Lab / Events',
    },
    { name: 'magnitude', unit: 'none', kind: 'gauge', meaning: 'Size of what happened, where it has one.' },
    { name: 'other_node', unit: 'text', kind: 'text', meaning: 'The other node concerned.' },
  ],
};
