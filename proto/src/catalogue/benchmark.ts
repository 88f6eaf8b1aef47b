import { v1 } from '../messages.ts';
import type { Measurement } from './types.ts';

const { Outcome } = v1.BenchmarkResult;

export const benchmark: Measurement = {
  name: 'nestwatch_benchmark',
  meaning: 'One result of one benchmark on one node.',
  source: 'agent, benchmarks/',
  from: 'benchmark',
  tags: ['benchmark', 'variant', 'target', 'target_name'],
  fields: [
    {
      name: 'seconds_per_unit',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'Median over the repetitions of the time for one unit of work.',
      panel: 'Benchmarks / Time per unit',
    },
    {
      name: 'cycles_per_unit',
      unit: 'count',
      kind: 'gauge',
      meaning: 'Of exit.cpuid: the same in cycles of the time-stamp counter.',
    },
    {
      name: 'outcome',
      unit: 'none',
      kind: 'gauge',
      meaning: 'How it ended.',
      words: {
        [Outcome.OK]: 'measured',
        [Outcome.FAILED]: 'failed',
        [Outcome.SKIPPED]: 'skipped',
        [Outcome.ABSENT]: 'not measurable here',
        [Outcome.UNREACHABLE]: 'target unreachable',
        [Outcome.TIMED_OUT]: 'timed out',
      },
      panel: 'Benchmarks / Outcomes',
    },
    {
      name: 'vs_parent',
      unit: 'ratio',
      kind: 'gauge',
      computed: true,
      meaning: 'Time for one unit divided by that on the parent, in the same round with equal settings.',
    },
    {
      name: 'vs_base',
      unit: 'ratio',
      kind: 'gauge',
      computed: true,
      meaning: 'Time for one unit divided by that in layer 0, in the same round with equal settings.',
    },
    {
      name: 'vs_disturbed',
      unit: 'boolean',
      kind: 'flag',
      computed: true,
      meaning: '1 when a result on either side of these ratios was disturbed.',
    },
    {
      name: 'distance_layers',
      unit: 'count',
      kind: 'gauge',
      meaning: 'For a transfer between two nodes: layers between them; 0 is the node itself.',
    },
    {
      name: 'full',
      unit: 'boolean',
      kind: 'flag',
      meaning: "1 when it was run in the article's size.",
    },
    {
      name: 'exceeds_memory',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'For reads: 1 when they are larger than the memory of the node.',
    },
    {
      name: 'started_lab_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning: "When it began, on the collector's clock as the node estimated it, since 1970.",
    },
    {
      name: 'ended_lab_us',
      unit: 'microseconds',
      kind: 'gauge',
      meaning: 'When it ended, on the same clock: no two of a lab overlap.',
    },
    {
      name: 'fence',
      unit: 'none',
      kind: 'gauge',
      meaning: "Revision of the lab's lease under which it ran; a later turn has a greater one.",
    },
    { name: 'engine', unit: 'text', kind: 'text', meaning: 'What did the work.' },
    { name: 'engine_version', unit: 'text', kind: 'text', meaning: 'Its version.' },
    { name: 'units', unit: 'count', kind: 'gauge', meaning: 'Units of work in one repetition.' },
    { name: 'unit', unit: 'text', kind: 'text', meaning: 'What one unit is.' },
    { name: 'round', unit: 'text', kind: 'text', meaning: 'The round it belongs to.' },
    {
      name: 'arguments_hash',
      unit: 'text',
      kind: 'text',
      meaning: 'SHA-256 of the settings, first 12 hex digits: unlike settings are never compared.',
    },
    {
      name: 'disturbances',
      unit: 'text',
      kind: 'text',
      meaning:
        'Why it is left out of the baseline: each reason after its kind and a colon, joined by "; "; absent if undisturbed.',
    },
    {
      name: 'trigger',
      unit: 'text',
      kind: 'text',
      meaning: 'For a canary: why it ran; empty if it was requested.',
    },
    { name: 'reason', unit: 'text', kind: 'text', meaning: 'Why it was not measured; empty when it was.' },
  ],
};
