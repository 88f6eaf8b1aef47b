import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';

/** A bucket, its name, and after how many ms an entry that is not renewed is gone, as the server has it. */
export type LeaseBucket = Awaited<ReturnType<typeof openLeaseBucket>>;

/**
 * Opens the bucket of leases of one length, and makes it where it is missing and that is allowed. A bucket that
 * exists keeps its length, which all holders must agree on.
 * @throws when NATS does not answer, or when the bucket is missing and may not be made.
 */
export async function openLeaseBucket(connection: NatsConnection, name: string, defaultTtlMs: number) {
  const kvm = new Kvm(jetstream(connection));
  // Direct reads are what a node's permissions allow. nats-server 2.9.10 also ends with a nil pointer when the other kind
  // of read meets a stream that is being made.
  const bucket = await kvm.open(name, { allow_direct: true });
  try {
    return { name, bucket, ttlMs: (await bucket.status()).ttl };
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    const made = await kvm.create(name, { ttl: defaultTtlMs, history: 1, allow_direct: true });
    return { name, bucket: made, ttlMs: (await made.status()).ttl };
  }
}
