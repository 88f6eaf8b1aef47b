import type { Measurement } from './types.ts';

export const acceptance: Measurement = {
  name: 'nestwatch_acceptance',
  meaning: 'An operator accepted the speed at this time as normal; node "lab" stands for all nodes.',
  source: 'collector, operators/',
  fields: [
    { name: 'id', unit: 'text', kind: 'text', meaning: 'Id of the acceptance, to withdraw it.' },
    { name: 'benchmark', unit: 'text', kind: 'text', meaning: 'The benchmark; absent for all.' },
    { name: 'why', unit: 'text', kind: 'text', meaning: 'The reason given.' },
    { name: 'by', unit: 'text', kind: 'text', meaning: 'The operator who accepted it.' },
    { name: 'ended', unit: 'boolean', kind: 'flag', meaning: '1 if it was withdrawn later.' },
  ],
};
