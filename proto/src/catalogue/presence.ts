import type { Measurement } from './types.ts';

const PANEL = 'Lab / Layers';

export const presence: Measurement = {
  name: 'nestwatch_presence',
  meaning: 'Whether a node reports, and its parent, every minute for as long as it is known.',
  source: 'collector, analysis/',
  fields: [
    {
      name: 'silent',
      unit: 'boolean',
      kind: 'flag',
      meaning: '1 if it has not reported for three minutes; absent while reports wait in the stream.',
      panel: PANEL,
      // Nobody wants to see it set.
      bands: { warn: 1, critical: 1 },
    },
    {
      name: 'parent_name',
      unit: 'text',
      kind: 'text',
      meaning: 'Name of the machine that runs it; absent at the root.',
      panel: PANEL,
    },
  ],
};
