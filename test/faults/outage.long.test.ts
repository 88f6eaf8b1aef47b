import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { CONSUMER, STREAM, subjects, v1 } from '@nestwatch/proto';
import { createTestLab } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { kill } from './support/faults.ts';

const COUNT = 4000;
/** Two batches of 100 under way, and one that waits. */
const HELD = 300;
const dist = join(import.meta.dirname, '../../dist');

test('while InfluxDB is away intake is held back, nothing is delivered twice, and then all is written', async () => {
  await using lab = await createTestLab();
  const collector = await lab.startCollector({
    // All of them are of one node, which does not send again.
    NESTWATCH_STREAM_NODE_MESSAGES: String(COUNT),
    NESTWATCH_INGEST_NODE_TIME: '100',
    NESTWATCH_INGEST_BATCH: '100',
    NESTWATCH_INGEST_ACK_WAIT: '6s',
  });
  const influx = lab.processes.find('influxd');
  if (influx === undefined) throw new Error('influxd was not started');
  await kill(influx);

  const connection = await connect({ servers: lab.servers.natsUrl });
  const stream = jetstream(connection, { timeout: 60_000 });
  const manager = await jetstreamManager(connection, { timeout: 60_000 });
  const header = { lab: 'outage', node: 'n', name: 'n', boot: 'b' };
  for (let seq = 1; seq <= COUNT; ) {
    const batch = Array.from({ length: 200 }, () => {
      const made = { ...header, seq, wallUs: Date.now() * 1000 + seq };
      return v1.Sample.encode({ header: made, load: { load1: seq++ } }).finish();
    });
    await Promise.all(batch.map((bytes) => stream.publish(subjects.report('outage', 'n', 'sample'), bytes)));
  }
  const consumer = () => manager.consumers.info(STREAM, CONSUMER);
  await waitUntil(async () => (await consumer()).num_ack_pending === HELD, { what: 'all it may hold' });

  // More than twice as long as the stream waits for an acknowledgement before it delivers again; and that is long
  // enough for a collector on a busy machine to say in time that it is still at it.
  const since = Date.now();
  const deliveredThen = (await consumer()).delivered.consumer_seq;
  await waitUntil(() => Date.now() - since > 14_000, { what: 'an outage' });
  const { num_ack_pending, num_redelivered, delivered } = await consumer();
  expect({
    num_ack_pending,
    num_redelivered,
    deliveredSince: delivered.consumer_seq - deliveredThen,
  }).toEqual({
    num_ack_pending: HELD,
    num_redelivered: 0,
    deliveredSince: 0,
  });
  expect(collector.child.exitCode).toBeNull();

  await lab.startInflux();
  await lab.waitForRows(
    `SELECT count("load1") AS "count" FROM "nestwatch_load" WHERE "lab" = 'outage'`,
    (rows) => rows[0]?.['count'] === COUNT,
  );
  await lab.waitForRows(
    `SELECT last("received") AS "received", "duplicates" FROM "nestwatch_delivery" WHERE "lab" = 'outage'`,
    (rows) => rows[0]?.['received'] === COUNT && rows[0]?.['duplicates'] === 0,
  );
  const shown = execFileSync(process.execPath, [join(dist, 'nestwatch.mjs'), 'status', 'outage'], {
    env: { ...process.env, INFLUX_URL: lab.servers.influxUrl },
  }).toString();
  expect(shown).toMatch(/^n +current +4000 +4000 +0 +0 +0 +0 +0 +0$/m);
  await connection.close();
});
