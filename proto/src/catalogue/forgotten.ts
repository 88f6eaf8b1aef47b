import type { Measurement } from './types.ts';

export const forgotten: Measurement = {
  name: 'nestwatch_forgotten',
  meaning:
    'An operator said that a node is gone, by `nestwatch forget`. It is part of its lab again once a newer report of it is there.',
  source: 'the collector that was asked',
  fields: [{ name: 'by', unit: 'text', kind: 'text', meaning: 'Who said so.' }],
};
