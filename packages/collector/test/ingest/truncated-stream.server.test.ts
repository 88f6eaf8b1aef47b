import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { loadConfig } from '@nestwatch/common/config/load';
import { CONSUMER, STREAM } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { useNats } from '@nestwatch/testkit/run/nats-of-run';
import { truncateBlocks } from '@nestwatch/testkit/truncate-blocks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { collectorSchema } from '../../src/config/schema.ts';
import { provision } from '../../src/ingest/provision.ts';

// Only 2.9 comes back from such damage with lower numbers than before; newer servers know theirs from elsewhere.
await useNats('2.9');

let nats: TestNats;
const settings = (flags: Record<string, string>) => loadConfig(collectorSchema, { env: {}, flags });

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

test('a consumer that remembers more than a truncated stream has is made anew, and skips nothing', async () => {
  const connection = await nats.connect();
  await provision(connection, settings({}));
  const stream = jetstream(connection, { timeout: 30_000 });
  const consumer = await stream.consumers.get(STREAM, CONSUMER);
  const { last_seq: before } = (await (await jetstreamManager(connection)).streams.info(STREAM)).state;
  for (let at = 0; at < 200; at++) await stream.publish('nestwatch.lab.node.sample', `message ${at}`);
  for (let taken = 0; taken < before + 200; taken++) (await consumer.next())?.ack();
  await connection.flush();

  await nats.stopServer();
  truncateBlocks(nats.storeDir, () => 0.5, STREAM);
  await nats.start();
  // What is asked before the client is back is asked of nobody.
  await vi.waitFor(() => jetstreamManager(connection, { timeout: 1000 }), { timeout: 60_000 });
  const manager = await jetstreamManager(connection, { timeout: 30_000 });
  const places = async () => {
    const { delivered } = await manager.consumers.info(STREAM, CONSUMER);
    return { delivered: delivered.stream_seq, last: (await manager.streams.info(STREAM)).state.last_seq };
  };
  const behind = await places();
  expect(behind.last).toBeLessThan(before + 200);
  expect(behind.delivered).toBeGreaterThan(behind.last);

  await provision(connection, settings({}));
  await stream.publish('nestwatch.lab.node.sample', 'after');
  const again = await stream.consumers.get(STREAM, CONSUMER);
  await vi.waitFor(
    async () => {
      const message = await again.next();
      message?.ack();
      expect(message?.string()).toBe('after');
    },
    { timeout: 60_000, interval: 0 },
  );
});
