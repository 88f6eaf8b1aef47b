import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LeaseBucket } from './lease-bucket.ts';
import { repairBucket } from './repair-bucket.ts';

const NANOS_PER_MS = 1e6;
/** JSStreamSubjectOverlapErr of nats-server. */
const SUBJECTS_OVERLAP = 10065;

export interface BucketSettings {
  /** Age at which a key that was not written again goes, ms; 0 keeps it. */
  ttlMs: number;
  /** Copies in a NATS cluster. */
  replicas: number;
  /** Default: 64 MiB. */
  maxBytes?: number;
}

/**
 * Makes a key-value bucket of one value per key, or brings the one that exists to these settings, and repairs it where
 * its store was damaged. Safe to repeat and to run in several processes at once.
 * @throws when NATS does not answer or refuses
 */
export async function ensureBucket(
  connection: NatsConnection,
  name: string,
  { ttlMs, replicas, maxBytes = 64 * 1024 ** 2 }: BucketSettings,
): Promise<KV> {
  const make = () =>
    new Kvm(connection).create(name, { history: 1, ttl: ttlMs, replicas, max_bytes: maxBytes });
  // Where another makes it at the same moment, the server may find that the two overlap: it is there by then.
  const bucket = await make().catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === SUBJECTS_OVERLAP) return make();
    throw error;
  });
  const wanted = {
    max_age: ttlMs * NANOS_PER_MS,
    max_bytes: maxBytes,
    num_replicas: replicas,
    // With it, whoever may write one key could empty the bucket with a header.
    allow_rollup_hdrs: false,
  };
  const manager = await jetstreamManager(connection);
  const { config } = await manager.streams.info(`KV_${name}`);
  // Creating one that exists with other settings succeeds, and leaves it as it is.
  const same = (Object.keys(wanted) as (keyof typeof wanted)[]).every((key) => config[key] === wanted[key]);
  if (!same) {
    // The server wants the window within the age.
    const window = Math.min(ttlMs === 0 ? 120_000 : ttlMs, 120_000) * NANOS_PER_MS;
    await manager.streams.update(`KV_${name}`, { ...config, ...wanted, duplicate_window: window });
  }
  await repairBucket(manager, `KV_${name}`);
  return bucket;
}

/**
 * Makes a bucket of leases whose length is `ttlMs`. One that exists keeps its length, which all holders must agree on;
 * all else is brought to these settings.
 */
export async function ensureLeaseBucket(
  connection: NatsConnection,
  name: string,
  settings: BucketSettings,
): Promise<LeaseBucket> {
  const manager = await jetstreamManager(connection);
  const existing = await manager.streams.info(`KV_${name}`).catch((error: unknown) => {
    if (error instanceof JetStreamApiError) return undefined;
    throw error;
  });
  const ttlMs = existing === undefined ? settings.ttlMs : existing.config.max_age / NANOS_PER_MS;
  return { name, bucket: await ensureBucket(connection, name, { ...settings, ttlMs }), ttlMs };
}
