import type { Measurement } from './types.ts';

const LAG = 'Pipeline / Lag';
const WORK = 'Pipeline / Messages taken in';
const WRITES = 'Pipeline / Writes to InfluxDB';
const PROCESS = 'Pipeline / Collector process';
const STATE = 'Pipeline / Collectors';

export const collector: Measurement = {
  name: 'nestwatch_collector',
  meaning:
    'Work of a collector, which writes this every 10 s. While InfluxDB is down there is a gap; the next point covers the whole time.',
  source: 'the collector, about itself',
  of: 'collector',
  tags: ['collector'],
  fields: [
    {
      name: 'lag_median_seconds',
      unit: 'seconds',
      kind: 'gauge',
      meaning:
        'Time from the creation of a report to its acceptance by InfluxDB, median since the previous point; absent if nothing was written.',
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
      meaning:
        'The same for the slowest report. After an outage, this is the age of messages from an outbox.',
      panel: LAG,
    },
    {
      name: 'pending',
      unit: 'count',
      kind: 'gauge',
      meaning:
        'Messages in the stream that no collector has written yet. All collectors report the same value.',
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
      meaning: 'Messages older than the retention of InfluxDB: they are confirmed but not stored.',
      panel: WORK,
    },
    {
      name: 'batches',
      unit: 'count',
      kind: 'total',
      meaning: 'Requests that InfluxDB accepted. Written messages divided by these is the size of a batch.',
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
      meaning: 'Requests that InfluxDB did not accept. The collector retries those that may succeed.',
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
      meaning: 'Whether the stream exists and is read.',
      panel: STATE,
    },
    {
      name: 'watches',
      unit: 'boolean',
      kind: 'flag',
      meaning: 'Whether it is the collector that watches for slowdowns and alerts.',
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
