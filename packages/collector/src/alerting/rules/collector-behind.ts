import { defineRule, type Finding } from './rule.ts';

/** Everything else that is shown may be old. */
export const collectorBehind = defineRule({
  name: 'collector-behind',
  meaning: 'Messages wait in the stream for long, or InfluxDB cannot be read: what is shown is old.',
  severity: 'critical',
  forMs: 120_000,
  keepFiringForMs: 60_000,
  parameters: {
    pending: { meaning: 'Messages waiting in the stream that raise it', default: 10_000, kind: 'number' },
  },
  evaluate({ pipeline }, limitsFor) {
    const limits = limitsFor(undefined);
    if (limits === undefined) return [];
    const found: Finding[] = [];
    if (pipeline.influxError !== undefined) {
      found.push({
        node: '',
        subject: 'influxdb',
        summary: `InfluxDB cannot be read: ${pipeline.influxError}.`,
      });
    }
    const { pending } = pipeline;
    if (pending !== undefined && pending >= limits.pending) {
      found.push({
        node: '',
        subject: 'stream',
        value: pending,
        summary: `${pending} messages wait in the stream to be written to InfluxDB.`,
      });
    }
    return found;
  },
});
