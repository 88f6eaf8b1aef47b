import { SlowdownState } from './enumerations.ts';
import type { Measurement } from './types.ts';

const PANEL = 'Benchmarks / Slowdown';

export const slowdown: Measurement = {
  name: 'nestwatch_slowdown',
  meaning:
    'How a benchmark (or a probe, as probe.*) of a node compares with its baseline: against its own past (against=self), its parent in the same round (parent) or layer 0 (base).',
  source: 'collector, analysis/detect/',
  tags: ['benchmark', 'variant', 'target', 'against'],
  fields: [
    {
      name: 'slowdown_ratio',
      unit: 'ratio',
      kind: 'gauge',
      meaning: 'The newest three rounds divided by the baseline: 1 is as usual, 2 is twice as slow.',
      panel: PANEL,
      // Where the alert rule slowdown-parent is raised.
      bands: { warn: 1.2, critical: 1.5 },
    },
    {
      name: 'usual_ratio',
      unit: 'ratio',
      kind: 'gauge',
      meaning: 'The baseline, as a multiple of the reference; for against=self, seconds for one unit.',
      panel: PANEL,
    },
    {
      name: 'spread_ratio',
      unit: 'ratio',
      kind: 'gauge',
      meaning: 'Spread of one round around the baseline, above 1.',
      panel: PANEL,
    },
    {
      name: 'minimum_detectable_ratio',
      unit: 'ratio',
      kind: 'gauge',
      meaning: 'Smallest slowdown that three rounds reveal in 95 of 100 cases. Smaller ones may be missed.',
      panel: PANEL,
    },
    {
      name: 'state',
      unit: 'none',
      kind: 'gauge',
      meaning: 'What is concluded.',
      words: {
        [SlowdownState.LEARNING]: 'learning',
        [SlowdownState.AS_USUAL]: 'as usual',
        [SlowdownState.SLOW]: 'slow',
      },
      panel: PANEL,
    },
    { name: 'samples', unit: 'count', kind: 'gauge', meaning: 'Rounds in the baseline.' },
  ],
};
