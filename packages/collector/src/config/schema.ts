import { logSettings, natsSettings } from '@nestwatch/common/config/connection';
import type { Config } from '@nestwatch/common/config/load';
import { choice, durationMs, integer, optional, text } from '@nestwatch/common/config/setting';
import { watchSettings } from '../alerting/settings.ts';
import { retentionSettings } from '../influx/retention/settings.ts';
import { topologySettings } from '../topology/settings.ts';

/** Where InfluxDB is, and how to speak to it. Shared by the collector and the commands that read from it. */
export const influxSettings = {
  'influx.url': text('Address of InfluxDB', {
    default: 'http://127.0.0.1:8086',
    env: ['INFLUX_URL'],
    pattern: /^https?:\/\/\S+$/,
    allowed: 'an address such as http://127.0.0.1:8086',
  }),
  'influx.api': choice('Write path: v1 is /write (InfluxDB 1.x), v2 is /api/v2/write; auto asks the server', {
    choices: ['auto', 'v1', 'v2'],
    default: 'auto',
  }),
  'influx.database': text('Database of InfluxDB 1.x', { default: 'nestwatch', env: ['INFLUX_DATABASE'] }),
  'influx.username': text('User of InfluxDB 1.x; empty for none', { default: '', env: ['INFLUX_USERNAME'] }),
  'influx.password': text('Password of InfluxDB 1.x', {
    default: '',
    env: ['INFLUX_PASSWORD'],
    secret: true,
  }),
  'influx.org': text('Organisation of InfluxDB 2.x', { default: 'nestwatch', env: ['INFLUX_ORG'] }),
  'influx.bucket': optional(
    text('Bucket of InfluxDB 2.x; by default named like the database', {
      default: '',
      env: ['INFLUX_BUCKET'],
    }),
  ),
  'influx.token': text('Token of InfluxDB 2.x', { default: '', env: ['INFLUX_TOKEN'], secret: true }),
  'influx.ca': text('File with the certificate authority that signed the certificate of InfluxDB', {
    default: '',
  }),
  'influx.timeout': durationMs('Time after which a request is given up', {
    default: 10_000,
    minMs: 100,
    maxMs: 300_000,
  }),
} as const;

/** Every setting of nestwatch-collector. docs/configuration.md is made from this table. */
export const collectorSchema = {
  ...natsSettings,
  ...influxSettings,
  ...retentionSettings,
  'ingest.batch': integer('Most messages written in one request', { default: 500, min: 1, max: 10_000 }),
  'ingest.in-flight': integer('Batches that are under way to InfluxDB at once', {
    default: 2,
    min: 1,
    max: 16,
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
  ...topologySettings,
  'http.host': text('Address that /healthz, /metrics and the page listen on', { default: '127.0.0.1' }),
  'http.port': integer('Port of the same; 0 takes any free one', { default: 9464, min: 0, max: 65_535 }),
  'page.refresh': durationMs('Time between two readings of the lab page, while somebody looks at it', {
    default: 3000,
    minMs: 200,
    maxMs: 600_000,
  }),
  ...watchSettings,
  ...logSettings,
} as const;

export type CollectorConfig = Config<typeof collectorSchema>;
export type InfluxConfig = Config<typeof influxSettings>;
