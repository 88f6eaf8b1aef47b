import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { CONSUMER, DEAD_STREAM, STREAM, subjects, v1 } from '@nestwatch/proto';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { IMPOSTORS, openDoor } from './door.ts';

const EACH = 20;
/** Short, so that what hangs is given up soon. */
const TIMEOUT = '1s';
/** Of the longest answer, 400 MB: what is read whole grows by more. Garbage alone makes tens of MB. */
const MOST_GROWTH_BYTES = 200 * 1024 ** 2;

let lab: TestLab;
let collector: CollectorProcess;
let nats: NatsConnection;
let door: Awaited<ReturnType<typeof openDoor>>;
let reader: Store;
let sent = 0;

beforeAll(async () => {
  lab = await createTestLab();
  door = await openDoor(lab.influxPort);
  const through = { INFLUX_URL: door.url, NESTWATCH_INFLUX_TIMEOUT: TIMEOUT };
  collector = await lab.startCollector(through);
  reader = await openStore(influxConfig(through));
  nats = await connect({ servers: lab.servers.natsUrl });
});

/** Also after a failure: the next one counts from nothing unwritten. */
afterEach(async () => {
  door.leadTo(undefined);
  await vi.waitFor(
    async () => expect([await written(), (await state()).unwritten]).toEqual([sent, 0]),
    PATIENT,
  );
});

afterAll(async () => {
  await nats?.close();
  await lab?.[Symbol.asyncDispose]();
  await door?.close();
});

async function send(): Promise<void> {
  for (let each = 0; each < EACH; each++) {
    sent += 1;
    const header = {
      lab: 'door',
      node: 'n0',
      boot: 'b1',
      seq: sent,
      monoUs: 1,
      agentVersion: '1',
      intervalMs: 1,
    };
    const body = { header: { ...header, wallUs: Date.now() * 1000 + sent }, load: { load1: sent } };
    await jetstream(nats).publish(subjects.report('door', 'n0', 'sample'), v1.Sample.encode(body).finish());
  }
}

async function written(): Promise<number> {
  const [series] = await lab.store.query(`SELECT count(load1) AS n FROM nestwatch_load WHERE lab = 'door'`);
  return Number(series?.rows[0]?.['n'] ?? 0);
}

async function state() {
  const manager = await jetstreamManager(nats);
  const { num_pending, num_ack_pending } = await manager.consumers.info(STREAM, CONSUMER);
  const { state: dead } = await manager.streams.info(DEAD_STREAM);
  return { unwritten: num_pending + num_ack_pending, dead: dead.messages };
}

const health = async (path: string) => (await fetch(`${collector.url}${path}`)).status;
const log = () => readFileSync(join(lab.dir, 'collector.log'), 'utf8');

async function residentBytes(): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

/**
 * Of 20 messages each, a collector that believes any success, any 400 and any 413, as the one of 0.1.0 does, lost for
 * good.
 */
test.each(IMPOSTORS)(
  '$what: nothing is confirmed, lost or set aside, and it is said',
  async ({ impostor, line }) => {
    const [before, said] = [await residentBytes(), log().length];
    door.leadTo(impostor);
    await send();
    await waitUntil(() => door.asked.includes(`POST ${reader.dialect.writePath.split('?')[0]}`), {
      what: 'a write',
      tail: log,
    });
    // What answers there does answer: this is no server that is away.
    await expect(reader.query('SHOW MEASUREMENTS')).rejects.toThrow();
    await waitUntil(() => line.test(log().slice(said)), {
      what: String(line),
      tail: () => log().slice(said),
    });
    const news = log()
      .slice(said)
      .split('\n')
      .filter((each) => line.test(each));
    expect(news[0]).toContain(door.url);
    expect(news[0]).not.toMatch(/[^\n -~]/);
    await expect.poll(() => health('/healthz'), PATIENT).toBe(503);
    expect(await health('/readyz')).toBe(503);
    expect(await state()).toEqual({ unwritten: EACH, dead: 0 });
    expect((await residentBytes()) - before).toBeLessThan(MOST_GROWTH_BYTES);
    door.leadTo(undefined);
    await waitUntil(async () => (await written()) === sent, { what: `${sent} points`, tail: log });
    await expect.poll(state, PATIENT).toEqual({ unwritten: 0, dead: 0 });
    await expect.poll(() => health('/healthz'), PATIENT).toBe(200);
  },
);

test('after all of it each message was written once', async () => {
  const rows = (await lab.store.query(`SELECT load1 FROM nestwatch_load WHERE lab = 'door'`)).flatMap(
    ({ rows }) => rows,
  );
  expect(rows.map((row) => row['load1']).sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: sent }, (_, at) => at + 1),
  );
  const metrics = await (await fetch(`${collector.url}/metrics`)).text();
  expect(metrics).toMatch(new RegExp(`nestwatch_messages_written_total\\{kind="sample"\\} ${sent}\\n`));
});
