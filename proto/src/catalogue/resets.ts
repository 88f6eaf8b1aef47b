import type { Field } from './types.ts';

/** Of every measurement that is made of counters. */
export const resets: Field = {
  name: 'resets',
  unit: 'count',
  kind: 'gauge',
  meaning: 'Counters that went back since the last sample and were left out; absent where none did.',
  aboveZero: true,
};
