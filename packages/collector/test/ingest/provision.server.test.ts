import { jetstreamManager } from '@nats-io/jetstream';
import { loadConfig } from '@nestwatch/common/config/load';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS, CONSUMER, DEAD_STREAM, STREAM } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectorSchema } from '../../src/config/schema.ts';
import { BUCKET_SETTINGS } from '../../src/ingest/buckets.ts';
import { provision } from '../../src/ingest/provision.ts';

let nats: TestNats;
const settings = (flags: Record<string, string>) => loadConfig(collectorSchema, { env: {}, flags });

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

test('streams, consumer and buckets are made by many at once, and again, without harm', async () => {
  const connection = await nats.connect();
  const others = [await nats.connect(), await nats.connect()];
  await Promise.all([connection, ...others].map((each) => provision(each, settings({}))));
  await provision(connection, settings({}));
  const manager = await jetstreamManager(connection);
  const { config } = await manager.streams.info(STREAM);
  expect(config).toMatchObject({ max_age: 7 * 86_400e9, max_msgs_per_subject: 250 });
  expect((await manager.streams.info(DEAD_STREAM)).config.max_msgs_per_subject).toBe(1000);
  expect((await manager.consumers.info(STREAM, CONSUMER)).config.max_ack_pending).toBe(10_000);
});

test('each bucket is on the server as the list says, also when collectors make them at once', async () => {
  const connections = await Promise.all([nats.connect(), nats.connect(), nats.connect()]);
  const [first] = connections;
  if (first === undefined) return;
  // As an older release may have left it.
  await ensureBucket(first, BUCKETS.rounds, { ttlMs: 3_600_000, maxBytes: 16 * 1024 ** 2, replicas: 1 });
  const names = Object.keys(BUCKETS) as (keyof typeof BUCKETS)[];
  await Promise.all(
    connections.flatMap((each) => [
      provision(each, settings({})),
      ...names.map((name) => ensureBucket(each, BUCKETS[name], { ...BUCKET_SETTINGS[name], replicas: 1 })),
    ]),
  );
  const manager = await jetstreamManager(first);
  for (const name of names) {
    const { config } = await manager.streams.info(`KV_${BUCKETS[name]}`);
    const { ttlMs, maxBytes } = BUCKET_SETTINGS[name];
    expect({ name, max_age: config.max_age, max_bytes: config.max_bytes }).toEqual({
      name,
      max_age: ttlMs * 1e6,
      max_bytes: maxBytes,
    });
    expect(config.max_msgs_per_subject).toBe(1);
  }
  await provision(first, settings({ 'benchmarks.lease': '45s' }));
  const { config } = await manager.streams.info(`KV_${BUCKETS.benchmarkLeases}`);
  expect(config.max_age).toBe(45e9);
});

test('what exists is brought to the settings and keeps its messages', async () => {
  const connection = await nats.connect();
  await provision(connection, settings({}));
  const manager = await jetstreamManager(connection);
  // As an older release made it: a node may have any number of messages in it.
  await manager.streams.update(STREAM, { max_msgs_per_subject: -1 });
  for (let at = 0; at < 300; at += 1) await connection.request('nestwatch.lab.many.sample', '');
  await connection.request('nestwatch.lab.node.sample', 'kept');
  await provision(
    connection,
    settings({ 'stream.max-age': '1d', 'stream.duplicate-window': '30s', 'ingest.pending': '77' }),
  );
  const { config, state } = await manager.streams.info(STREAM);
  expect(config.max_age).toBe(86_400e9);
  expect(config.duplicate_window).toBe(30e9);
  expect(state.messages).toBe(250 + 1);
  expect((await manager.consumers.info(STREAM, CONSUMER)).config.max_ack_pending).toBe(77);
});

test('a bucket of an older release is migrated and keeps its keys', async () => {
  const connection = await nats.connect();
  const before = await ensureBucket(connection, BUCKETS.watermarks, { ttlMs: 60_000, replicas: 1 });
  await before.put('a.b.c', 'kept');
  const after = await ensureBucket(connection, BUCKETS.watermarks, { ttlMs: 3_600_000, replicas: 1 });
  expect((await after.get('a.b.c'))?.string()).toBe('kept');
  expect((await after.status()).ttl).toBe(3_600_000);
});
