import type { Measurement } from './types.ts';

const PANEL = 'Lab / Layers';

export const presence: Measurement = {
  name: 'nestwatch_presence',
  meaning: 'Whether a node is heard of, and who its parent is, every minute for as long as it is known.',
  source: 'collector, analysis/',
  fields: [
    {
      name: 'silent',
      unit: 'boolean',
      kind: 'flag',
      meaning:
        '1 when nothing came from it for three minutes; absent while reports wait in the stream, when that cannot be told.',
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
