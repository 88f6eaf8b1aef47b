import type { Measurement } from './types.ts';

export const acceptance: Measurement = {
  name: 'nestwatch_acceptance',
  meaning: 'An operator said that what was measured at this time is the normal speed; of node "lab" for all.',
  source: 'collector, operators/',
  fields: [
    { name: 'id', unit: 'text', kind: 'text', meaning: 'By which it can be taken back.' },
    { name: 'benchmark', unit: 'text', kind: 'text', meaning: 'Of which benchmark; absent for all.' },
    { name: 'why', unit: 'text', kind: 'text', meaning: 'The reason given.' },
    { name: 'by', unit: 'text', kind: 'text', meaning: 'Who said it.' },
    { name: 'ended', unit: 'boolean', kind: 'flag', meaning: '1 when it was taken back since.' },
  ],
};
