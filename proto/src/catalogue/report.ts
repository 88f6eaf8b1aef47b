import type { Measurement } from './types.ts';

export const report: Measurement = {
  name: 'nestwatch_report',
  meaning: 'One point for each received message: proof of life, and the clock that dates it.',
  source: 'message header and the collector',
  tags: ['kind'],
  fields: [
    {
      name: 'seq',
      unit: 'count',
      kind: 'total',
      meaning: 'Sequence number within the boot.',
      panel: 'Pipeline / Delivery',
    },
    { name: 'boot', unit: 'text', kind: 'text', meaning: 'The run of the agent that numbered it.' },
    { name: 'agent_version', unit: 'text', kind: 'text', meaning: 'Version of that agent.' },
    {
      name: 'skew_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: "The node's wall clock minus the collector's, by the agent's estimate.",
      panel: 'Pipeline / Clock skew',
      // Where points begin to be placed by the collector's clock instead.
      bands: { warn: 2, critical: 60 },
    },
    {
      name: 'clock_rate',
      unit: 'ratio',
      kind: 'gauge',
      meaning: "Collector seconds in one second of the node's monotonic clock; 1 is normal.",
      panel: 'Pipeline / Clock rate',
    },
    {
      name: 'placed_by_lab_time',
      unit: 'boolean',
      kind: 'flag',
      meaning:
        "1 if the point is dated with lab time, because the node's own clock was off by more than the limit.",
      panel: 'Pipeline / Clock skew',
    },
    {
      name: 'message_bytes',
      unit: 'bytes',
      kind: 'gauge',
      meaning: 'Size of the message.',
      panel: 'Pipeline / Delivery',
    },
  ],
};
