import { v1 } from '../messages.ts';
import type { Measurement } from './types.ts';

const { Level } = v1.Verdict;

export const verdict: Measurement = {
  name: 'nestwatch_verdict',
  meaning: 'What one rule concluded about a node, and what to do about it.',
  source: 'agent, capability/rules/',
  from: 'capability.verdicts',
  tags: ['rule'],
  fields: [
    {
      name: 'level',
      unit: 'none',
      kind: 'gauge',
      meaning: 'Level of the verdict.',
      words: {
        [Level.PASS]: 'pass',
        [Level.INFO]: 'information',
        [Level.WARN]: 'warning',
        [Level.FAIL]: 'failure',
        [Level.UNKNOWN]: 'unknown',
      },
      panel: 'Node / Verdicts',
      bands: { warn: 3, critical: 4 },
    },
    {
      name: 'summary',
      unit: 'text',
      kind: 'text',
      meaning: 'The conclusion in one sentence.',
      panel: 'Node / Verdicts',
    },
    {
      name: 'advice',
      unit: 'text',
      kind: 'text',
      meaning: 'The exact thing to do; empty when there is nothing to do.',
      panel: 'Node / Verdicts',
    },
    { name: 'who', unit: 'text', kind: 'text', meaning: 'Where to do it: node or parent.' },
    { name: 'source', unit: 'text', kind: 'text', meaning: 'Source of the rule.' },
  ],
};
