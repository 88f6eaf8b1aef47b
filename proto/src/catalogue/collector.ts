import type { Measurement } from './types.ts';

const LAG = 'Pipeline / Lag';
const WORK = 'Pipeline / Messages taken in';
const WRITES = 'Pipeline / Writes to InfluxDB';
const PROCESS = 'Pipeline / Collector process';
const STATE = 'Pipeline / Collectors';

export const collector: Measurement = {
  name: 'nestwatch_collector',
  meaning:
    'What a collector does, written by itself every 10 s. While InfluxDB is away there is a hole; the point after it covers the whole time.',
  source: 'the collector, of itself',
  of: 'collector',
  tags: ['collector'],
  fields: [
    {
      name: 'lag_median_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning:
        'Time from the making of a report to its acceptance by InfluxDB, the median since the point before; absent when nothing was written.',
      panel: LAG,
    },
    {
      name: 'lag_p99_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'The same for the slowest hundredth.',
      panel: LAG,
    },
    {
      name: 'lag_max_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'The same for the slowest report: after a cut, as old as what an outbox kept.',
      panel: LAG,
    },
    {
      name: 'pending',
      unit: 'count',
      kind: 'gauge',
      meaning: 'Messages in the stream that no collector has written yet. All collectors say the same.',
      panel: 'Pipeline / Waiting in the stream',
      // Where the alert rule collector-behind is raised, and a tenth of it.
      bands: { warn: 1000, critical: 10_000 },
    },
    {
      name: 'received',
      unit: 'count',
      kind: 'total',
      meaning: 'Messages taken from the stream, those delivered again included.',
      panel: WORK,
    },
    { name: 'written', unit: 'count', kind: 'total', meaning: 'Messages that are in InfluxDB.', panel: WORK },
    {
      name: 'dead',
      unit: 'count',
      kind: 'total',
      meaning: 'Messages set aside as dead letters.',
      panel: WORK,
    },
    {
      name: 'expired',
      unit: 'count',
      kind: 'total',
      meaning: 'Messages older than what InfluxDB keeps: they are confirmed, and not stored.',
      panel: WORK,
    },
    {
      name: 'batches',
      unit: 'count',
      kind: 'total',
      meaning: 'Requests that InfluxDB accepted; written messages over these is the size of a batch.',
      panel: WORK,
    },
    {
      name: 'write_median_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'Time that InfluxDB took for one request, the median since the point before.',
      panel: WRITES,
    },
    {
      name: 'write_max_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'The same for the slowest request.',
      panel: WRITES,
    },
    {
      name: 'write_failures',
      unit: 'count',
      kind: 'total',
      meaning: 'Requests that InfluxDB did not accept. Those that may pass are tried again.',
      panel: WRITES,
    },
    {
      name: 'cpu_ratio',
      unit: 'ratio',
      kind: 'rate',
      meaning: 'Share of one CPU that the process used since the point before.',
      panel: PROCESS,
    },
    {
      name: 'resident_bytes',
      unit: 'bytes',
      kind: 'gauge',
      meaning: 'Memory of the process.',
      panel: PROCESS,
    },
    {
      name: 'reaches_nats',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'Whether it is connected to NATS.',
      panel: STATE,
    },
    {
      name: 'reads_stream',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'Whether the stream is there and read.',
      panel: STATE,
    },
    {
      name: 'watches',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'Whether it is the one that looks for slowdowns and alerts.',
      panel: STATE,
    },
    {
      name: 'uptime_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning: 'Time since it was started.',
      panel: STATE,
    },
    { name: 'version', unit: 'text', kind: 'text', meaning: 'Its version.', panel: STATE },
  ],
};
