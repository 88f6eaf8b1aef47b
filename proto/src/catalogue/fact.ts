import { v1 } from '../messages.ts';
import type { Measurement } from './types.ts';

const { State } = v1.Fact;

export const fact: Measurement = {
  name: 'nestwatch_fact',
  meaning: 'One fact about what a node can host, or why it is unknown.',
  source: 'agent, capability/facts/',
  from: 'capability.facts',
  tags: ['fact'],
  fields: [
    {
      name: 'state',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Whether it is known.',
      words: {
        [State.KNOWN]: 'known',
        [State.ABSENT]: 'absent',
        [State.DENIED]: 'denied',
        [State.UNKNOWN]: 'unknown',
      },
      panel: 'Node / Facts',
    },
    {
      name: 'value',
      unit: 'text',
      kind: 'text',
      meaning: 'The value; empty when it is not known.',
      panel: 'Node / Facts',
    },
    { name: 'reason', unit: 'text', kind: 'text', meaning: 'Why there is no value; empty when there is.' },
    { name: 'source', unit: 'text', kind: 'text', meaning: 'The file or register it comes from.' },
  ],
};
