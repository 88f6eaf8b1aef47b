import type { Config } from '@nestwatch/common/config/load';
import { durationMs, integer, list, text } from '@nestwatch/common/config/setting';
import { STREAM } from '@nestwatch/proto';

const MIB = 1024 ** 2;

/** How messages are taken in: the stream, its limits, and how points stand in time. */
export const ingestSettings = {
  'ingest.batch': integer('Maximum messages per write request', { default: 500, min: 1, max: 10_000 }),
  'ingest.batch-bytes': integer('Size of line protocol at which a batch is complete, bytes', {
    default: 4 * MIB,
    min: 64 * 1024,
    max: 64 * MIB,
  }),
  'ingest.in-flight': integer(
    'Concurrent write requests to InfluxDB; more are used while a slow server benefits from them',
    { default: 2, min: 1, max: 16 },
  ),
  'ingest.in-flight-bytes': integer(
    'Total bytes of concurrent write requests, above which no further ones start',
    {
      default: 32 * MIB,
      min: 64 * 1024,
      max: 1024 * MIB,
    },
  ),
  'ingest.pending': integer('Maximum messages that all collectors together have taken but not written yet', {
    default: 10_000,
    min: 1,
    max: 100_000,
  }),
  'ingest.node-time': integer(
    "Maximum percentage of a collector's time for reading messages of one node; the agent sends the others again",
    { default: 25, min: 1, max: 100 },
  ),
  'ingest.ack-wait': durationMs('Time after which the stream delivers an unacknowledged message again', {
    default: 30_000,
    minMs: 1000,
    maxMs: 600_000,
  }),
  'clock.limit': durationMs("Clock error above which a node's points get the collector's time", {
    default: 2000,
    minMs: 0,
    maxMs: 3_600_000,
  }),
  'clock.ahead': durationMs('Maximum time of a point after the arrival of its message in the stream', {
    default: 600_000,
    minMs: 1000,
    maxMs: 366 * 86_400_000,
  }),
  'clock.oldest': durationMs(
    'Maximum time of a point before the arrival of its message, as long as outboxes keep messages; otherwise it gets the time of arrival',
    { default: 366 * 86_400_000, minMs: 60_000, maxMs: 36_500 * 86_400_000 },
  ),
  'stream.name': text(
    'Stream of messages until they are stored in InfluxDB; dead letters are in <name>_DEAD',
    {
      default: STREAM,
      pattern: /^[A-Za-z0-9_-]{1,64}$/,
      allowed: 'a name of letters, digits, _ and -',
    },
  ),
  'stream.max-age': durationMs('Age at which the stream deletes a message', {
    default: 7 * 86_400_000,
    minMs: 60_000,
    maxMs: 365 * 86_400_000,
  }),
  'stream.max-bytes': integer('Size at which the stream deletes its oldest messages', {
    default: 1024 ** 3,
    min: 1024 ** 2,
    max: 1024 ** 4,
  }),
  'stream.node-messages': integer(
    'Messages of one kind of one node above which the stream deletes the oldest; the agent sends it again',
    { default: 250, min: 10, max: 1_000_000_000 },
  ),
  'stream.duplicate-window': durationMs('Time within which the stream detects duplicates', {
    default: 120_000,
    minMs: 1000,
    maxMs: 86_400_000,
  }),
  'stream.replicas': integer('Replicas of each message in a NATS cluster', {
    default: 1,
    min: 1,
    max: 5,
  }),
  'stream.sites': list(
    'Sites with a stream of their own, enrolled with --leaf --store; this stream takes its messages over',
    { default: [] },
  ),
  'benchmarks.lease': durationMs(
    'Time after which an unrenewed turn to benchmark ends; a crashed node blocks the others that long',
    { default: 30_000, minMs: 1000, maxMs: 600_000 },
  ),
  'limits.labs': integer('Maximum number of labs', { default: 100, min: 1, max: 100_000 }),
  'limits.nodes': integer('Maximum nodes per lab', { default: 2000, min: 1, max: 100_000 }),
  'limits.boots': integer('Maximum starts of one agent per hour', { default: 60, min: 1, max: 10_000 }),
  'limits.node-series': integer('Maximum InfluxDB series per node', {
    default: 5000,
    min: 100,
    max: 1_000_000,
  }),
  'limits.lab-series': integer('Maximum InfluxDB series per lab', {
    default: 500_000,
    min: 100,
    max: 100_000_000,
  }),
  'limits.message-lines': integer('Maximum points per message', { default: 5000, min: 100, max: 1_000_000 }),
  'limits.message-bytes': integer('Maximum bytes of line protocol per message', {
    default: MIB,
    min: 64 * 1024,
    max: 64 * MIB,
  }),
} as const;

export type IngestConfig = Config<typeof ingestSettings>;
