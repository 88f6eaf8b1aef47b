import type { Config } from '@nestwatch/common/config/load';
import { durationMs, integer } from '@nestwatch/common/config/setting';

const MIB = 1024 ** 2;

/** How messages are taken in: the stream, its limits, and how points stand in time. */
export const ingestSettings = {
  'ingest.batch': integer('Most messages written in one request', { default: 500, min: 1, max: 10_000 }),
  'ingest.batch-bytes': integer('Bytes of lines at which a batch is closed', {
    default: 4 * MIB,
    min: 64 * 1024,
    max: 64 * MIB,
  }),
  'ingest.in-flight': integer(
    'Batches that are under way to InfluxDB at once; more where it answers late and more of them make it take more',
    { default: 2, min: 1, max: 16 },
  ),
  'ingest.in-flight-bytes': integer('Bytes of lines under way at once, beyond which no more batches are', {
    default: 32 * MIB,
    min: 64 * 1024,
    max: 1024 * MIB,
  }),
  'ingest.pending': integer('Most messages that all collectors together have taken and not yet written', {
    default: 10_000,
    min: 1,
    max: 100_000,
  }),
  'ingest.ack-wait': durationMs('Time after which the stream delivers an unacknowledged message again', {
    default: 30_000,
    minMs: 1000,
    maxMs: 600_000,
  }),
  'clock.limit': durationMs("Points stand at the collector's time when a node's clock is off by more", {
    default: 2000,
    minMs: 0,
    maxMs: 3_600_000,
  }),
  'clock.ahead': durationMs(
    'A point stands at most so far ahead of the time at which the stream took its message',
    { default: 600_000, minMs: 1000, maxMs: 366 * 86_400_000 },
  ),
  'clock.oldest': durationMs(
    'and at most so far back, which is as long as outboxes may keep; else it stands at that time',
    { default: 366 * 86_400_000, minMs: 60_000, maxMs: 36_500 * 86_400_000 },
  ),
  'stream.max-age': durationMs('Age at which the stream forgets a message', {
    default: 7 * 86_400_000,
    minMs: 60_000,
    maxMs: 365 * 86_400_000,
  }),
  'stream.max-bytes': integer('Size at which the stream forgets its oldest messages', {
    default: 1024 ** 3,
    min: 1024 ** 2,
    max: 1024 ** 4,
  }),
  'stream.duplicate-window': durationMs('Time in which the stream recognises a message sent twice', {
    default: 120_000,
    minMs: 1000,
    maxMs: 86_400_000,
  }),
  'stream.replicas': integer('Servers of a NATS cluster that keep each message', {
    default: 1,
    min: 1,
    max: 5,
  }),
  'benchmarks.lease': durationMs(
    "Length of a lab's turn to benchmark unless it is renewed; a node that crashed blocks the others for so long",
    { default: 30_000, minMs: 1000, maxMs: 600_000 },
  ),
  'limits.labs': integer('Most labs that are taken in', { default: 100, min: 1, max: 100_000 }),
  'limits.nodes': integer('Most nodes of one lab', { default: 2000, min: 1, max: 100_000 }),
  'limits.boots': integer('Most starts of one agent in an hour', { default: 60, min: 1, max: 10_000 }),
  'limits.node-series': integer('Most InfluxDB series of one node', {
    default: 5000,
    min: 100,
    max: 1_000_000,
  }),
  'limits.lab-series': integer('Most InfluxDB series of one lab', {
    default: 500_000,
    min: 100,
    max: 100_000_000,
  }),
  'limits.message-lines': integer('Most points of one message', { default: 5000, min: 100, max: 1_000_000 }),
  'limits.message-bytes': integer('Most bytes of the lines of one message', {
    default: MIB,
    min: 64 * 1024,
    max: 64 * MIB,
  }),
} as const;

export type IngestConfig = Config<typeof ingestSettings>;
