import { type Consumer, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { loadConfig } from '@nestwatch/common/config/load';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import { CONSUMER, STREAM, subjects } from '@nestwatch/proto';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectorSchema } from '../../src/config/schema.ts';
import { provision } from '../../src/ingest/provision.ts';
import { createPulls } from '../../src/ingest/pulls.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

/** A reader of the stream as a collector is one, and what it was given. */
function reader(consumer: Consumer) {
  const [given, failures]: [JsMsg[], Error[]] = [[], []];
  let ends = 0;
  const pulls = createPulls({
    consumer,
    onMessage: (message) => void given.push(message),
    onEnd: () => void ends++,
    onFailure: (error) => void failures.push(error),
  });
  return { pulls, given, failures, ends: () => ends };
}

test('a reader is given what it asks for, and the rest is left to others', async () => {
  const connection = await nats.connect();
  await provision(connection, loadConfig(collectorSchema, { env: {}, flags: {} }));
  const stream = jetstream(connection);
  for (let seq = 0; seq < 30; seq++) await stream.publish(subjects.report('lab', 'n', 'event'), String(seq));
  const consumer = await stream.consumers.get(STREAM, CONSUMER);
  const [one, other] = [reader(consumer), reader(consumer)];

  one.pulls.ask(10);
  expect(one.pulls.asked).toBe(10);
  await waitUntil(() => one.ends() === 1, { what: 'the end of the first request' });
  expect(one.pulls.asked).toBe(0);
  expect(one.given).toHaveLength(10);

  other.pulls.ask(100);
  await waitUntil(() => other.given.length === 20, { what: 'the rest' });
  expect(other.pulls.asked).toBe(80);
  expect(one.given).toHaveLength(10);
  await other.pulls.stop();
  expect(other.pulls.asked).toBe(0);
  expect([...one.failures, ...other.failures]).toEqual([]);
});

test('that the consumer is gone is told', async () => {
  const connection = await nats.connect();
  await provision(connection, loadConfig(collectorSchema, { env: {}, flags: {} }));
  const consumer = await jetstream(connection).consumers.get(STREAM, CONSUMER);
  const { pulls, failures } = reader(consumer);
  pulls.ask(100);
  await (await jetstreamManager(connection)).consumers.delete(STREAM, CONSUMER);
  await waitUntil(() => failures.length === 1, { what: 'the failure' });
  expect(pulls.asked).toBe(0);
});
