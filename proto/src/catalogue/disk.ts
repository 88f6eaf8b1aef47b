import { resets } from './resets.ts';
import type { Field, Measurement } from './types.ts';

const PANEL = 'Node / Disk';

const rate = (name: string, unit: Field['unit'], meaning: string, panel?: string): Field => ({
  name,
  unit,
  kind: 'rate',
  meaning,
  ...(panel !== undefined && { panel }),
});

export const disk: Measurement = {
  name: 'nestwatch_disk',
  meaning: 'Throughput, waiting times and queue of each whole disk.',
  source: '/proc/diskstats',
  from: 'sample.disk.devices',
  tags: ['device'],
  fields: [
    rate('reads_per_second', 'per second', 'Reads that ended.'),
    rate('writes_per_second', 'per second', 'Writes that ended.'),
    rate('read_bytes_per_second', 'bytes/s', 'Bytes read.', PANEL),
    rate('written_bytes_per_second', 'bytes/s', 'Bytes written.', PANEL),
    rate('read_await_us', 'microseconds', 'Mean time of a read, with its wait in the queue.', PANEL),
    rate('write_await_us', 'microseconds', 'Mean time of a write, with its wait in the queue.', PANEL),
    rate('flush_await_us', 'microseconds', 'Mean time of a flush.'),
    { name: 'in_flight', unit: 'count', kind: 'gauge', meaning: 'Requests that the device works on now.' },
    rate('busy_ratio', 'ratio', 'Share of time with a request in flight.'),
    rate('queue_length', 'none', 'Mean number of requests in flight.'),
    resets,
  ],
};
