import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { shareNats } from '@nestwatch/testkit/shared-nats';
import { expect, test } from 'vitest';
import { ensureBucket } from '../../src/nats/ensure-bucket.ts';

const nats = shareNats();
const settings = { ttlMs: 60_000, replicas: 1 };

/** What somebody does who may write one key of a bucket, to lose all others of it. */
async function rollUp(connection: NatsConnection, bucket: string): Promise<unknown> {
  const given = headers();
  given.set('Nats-Rollup', 'all');
  return jetstream(connection)
    .publish(`$KV.${bucket}.mine`, 'x', { headers: given })
    .catch((error: unknown) => error);
}

const keysOf = async (bucket: KV) => {
  const keys: string[] = [];
  for await (const key of await bucket.keys()) keys.push(key);
  return keys.sort();
};

test('nobody can empty a bucket by writing one key, also where it was made by an older version', async () => {
  const connection = await nats.connect();
  const made = await new Kvm(connection).create('old', { ttl: 60_000 });
  await made.put('other', 'x');
  expect(await rollUp(connection, 'old')).not.toBeInstanceOf(Error);
  expect(await keysOf(made)).toEqual(['mine']);

  const bucket = await ensureBucket(connection, 'old', settings);
  await bucket.put('other', 'x');
  expect(String(await rollUp(connection, 'old'))).toContain('rollup not permitted');
  expect(await keysOf(bucket)).toEqual(['mine', 'other']);
});

test('a bucket is made as it is wanted, and again it is left alone', async () => {
  const connection = await nats.connect();
  const manager = await jetstreamManager(connection);
  await ensureBucket(connection, 'new', settings);
  const first = await manager.streams.info('KV_new');
  expect(first.config).toMatchObject({ allow_rollup_hdrs: false, max_age: 60e9, max_msgs_per_subject: 1 });
  await ensureBucket(connection, 'new', settings);
  expect((await manager.streams.info('KV_new')).config).toEqual(first.config);
});
