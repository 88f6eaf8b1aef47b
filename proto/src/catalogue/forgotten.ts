import type { Measurement } from './types.ts';

export const forgotten: Measurement = {
  name: 'nestwatch_forgotten',
  meaning: 'An operator removed a node with `nestwatch forget`. A newer report brings it back into its lab.',
  source: 'the collector that handled the request',
  fields: [{ name: 'by', unit: 'text', kind: 'text', meaning: 'The operator who removed it.' }],
};
