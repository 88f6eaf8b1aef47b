import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { BUCKETS, CONSUMER, DEAD_STREAM, deadSubjects, STREAM, streamSubjects } from '@nestwatch/proto';
import { BODY_LIMITS } from './check-body.ts';
import { mendBucket } from './mend-bucket.ts';
import type { IngestConfig } from './settings.ts';

const NANOS_PER_MS = 1e6;
const DAY_MS = 86_400_000;
const BENCHMARK_LEASE_MS = 30_000;

export type StreamSettings = Pick<
  IngestConfig,
  | 'stream.max-age'
  | 'stream.max-bytes'
  | 'stream.replicas'
  | 'stream.duplicate-window'
  | 'ingest.ack-wait'
  | 'ingest.pending'
>;

/**
 * Makes the streams, the durable consumer and the buckets that nodes use, or brings those that exist to what is configured. Safe to repeat and
 * to run in several collectors at once.
 */
export async function provision(connection: NatsConnection, config: StreamSettings): Promise<void> {
  const manager = await jetstreamManager(connection);
  await ensureStream(manager, {
    name: STREAM,
    subjects: streamSubjects,
    max_age: config['stream.max-age'] * NANOS_PER_MS,
    max_bytes: config['stream.max-bytes'],
    num_replicas: config['stream.replicas'],
    // Times what a collector takes at once, this bounds its memory, however somebody wants to fill it.
    max_msg_size: BODY_LIMITS.messageBytes,
    // Agents send again what was not confirmed in time, but not sooner than this (agent, outbox.resend-after).
    duplicate_window: config['stream.duplicate-window'] * NANOS_PER_MS,
  });
  await ensureStream(manager, {
    name: DEAD_STREAM,
    subjects: deadSubjects,
    max_age: 30 * DAY_MS * NANOS_PER_MS,
    max_bytes: 64 * 1024 ** 2,
    // One node that sends nonsense must not push out what the others left here.
    max_msgs_per_subject: 1000,
    num_replicas: config['stream.replicas'],
  });
  await ensureConsumer(manager, config);
  // Nodes use these and may not make them.
  await ensureLeaseBucket(connection, BUCKETS.benchmarkLeases, BENCHMARK_LEASE_MS, config['stream.replicas']);
  await ensureBucket(connection, BUCKETS.rounds, { ttlMs: 2 * DAY_MS, replicas: config['stream.replicas'] });
}

export interface BucketSettings {
  /** Age at which a key that was not written again goes, ms; 0 keeps it. */
  ttlMs: number;
  replicas: number;
  maxBytes?: number;
}

/** Makes a key-value bucket of one value per key, or brings the one that exists to these settings, and to keep what it takes. */
export async function ensureBucket(
  connection: NatsConnection,
  name: string,
  { ttlMs, replicas, maxBytes = 64 * 1024 ** 2 }: BucketSettings,
): Promise<KV> {
  const buckets = new Kvm(connection);
  const bucket = await buckets.create(name, { history: 1, ttl: ttlMs, replicas, max_bytes: maxBytes });
  const wanted = { max_age: ttlMs * NANOS_PER_MS, max_bytes: maxBytes, num_replicas: replicas };
  const manager = await jetstreamManager(connection);
  const { config } = await manager.streams.info(`KV_${name}`);
  // Creating one that exists with other settings succeeds, and leaves it as it is.
  const same = (Object.keys(wanted) as (keyof typeof wanted)[]).every((key) => config[key] === wanted[key]);
  if (!same) {
    // The server wants the window within the age.
    const window = Math.min(ttlMs === 0 ? 120_000 : ttlMs, 120_000) * NANOS_PER_MS;
    await manager.streams.update(`KV_${name}`, { ...config, ...wanted, duplicate_window: window });
  }
  await mendBucket(manager, `KV_${name}`);
  return bucket;
}

/**
 * Makes a bucket of leases. One that exists keeps its length, which all holders must agree on; only its replicas are
 * brought to what is configured.
 */
export async function ensureLeaseBucket(
  connection: NatsConnection,
  name: string,
  defaultTtlMs: number,
  replicas: number,
): Promise<LeaseBucket> {
  const manager = await jetstreamManager(connection);
  const existing = await manager.streams.info(`KV_${name}`).catch((error: unknown) => {
    if (error instanceof JetStreamApiError) return undefined;
    throw error;
  });
  const ttlMs = existing === undefined ? defaultTtlMs : existing.config.max_age / NANOS_PER_MS;
  return { name, bucket: await ensureBucket(connection, name, { ttlMs, replicas }), ttlMs };
}

async function ensureStream(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<void> {
  const full = {
    ...wanted,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
  };
  // Adding a stream that exists with the same settings succeeds; with others it is refused, and updated instead.
  try {
    await manager.streams.add(full);
  } catch {
    await manager.streams.update(wanted.name, full);
  }
}

async function ensureConsumer(manager: JetStreamManager, config: StreamSettings): Promise<void> {
  const wanted: Partial<ConsumerConfig> & { durable_name: string } = {
    durable_name: CONSUMER,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: config['ingest.ack-wait'] * NANOS_PER_MS,
    max_ack_pending: config['ingest.pending'],
    max_deliver: -1,
  };
  try {
    await manager.consumers.add(STREAM, wanted);
  } catch {
    await manager.consumers.update(STREAM, CONSUMER, wanted);
  }
  const { delivered } = await manager.consumers.info(STREAM, CONSUMER);
  const { state } = await manager.streams.info(STREAM);
  if (delivered.stream_seq <= state.last_seq) return;
  // The stream came back shorter than the consumer remembers: it would skip all that comes until the numbers pass.
  await manager.consumers.delete(STREAM, CONSUMER);
  await manager.consumers.add(STREAM, wanted);
}
