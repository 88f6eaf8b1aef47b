import { defineRule, type Finding, number } from './rule.ts';

/** Everything else that is shown may be old. */
export const collectorBehind = defineRule({
  name: 'collector-behind',
  meaning:
    'Messages wait long in the stream, or InfluxDB cannot be read. Pages and dashboards show old data.',
  severity: 'critical',
  forMs: 120_000,
  keepFiringForMs: 60_000,
  parameters: { pending: number('Messages waiting in the stream that raise it', 10_000) },
  evaluate({ pipeline: { influxError, pending } }, limitsFor) {
    const limits = limitsFor(undefined);
    if (limits === undefined) return [];
    const found: Finding[] = [];
    if (influxError !== undefined) {
      found.push({ subject: 'influxdb', summary: `InfluxDB cannot be read: ${influxError}.` });
    }
    if (pending !== undefined && pending >= limits.pending) {
      const summary = `${pending} messages wait in the stream to be written to InfluxDB.`;
      found.push({ subject: 'stream', value: pending, summary });
    }
    return found;
  },
});
