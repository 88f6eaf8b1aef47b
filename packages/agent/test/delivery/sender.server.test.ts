import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { provision } from '@nestwatch/collector/ingest/provision';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { createLog, silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { countOf } from '@nestwatch/common/ranges';
import { BUCKETS, messageId, STREAM, subjects, v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { startTestNats, type TestNats } from '@nestwatch/testkit/nats';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConfiguredOutbox, openOutbox } from '../../src/delivery/outbox.ts';
import { agentSchema } from '../../src/runtime/config/schema.ts';
import { startDelivery } from '../../src/runtime/start-delivery.ts';
import { droppedBy, held } from './support.ts';

let nats: TestNats;
let stop: AbortController;
let admin: NatsConnection;

beforeEach(async () => {
  nats = await startTestNats();
  stop = new AbortController();
  admin = await nats.connect();
  await makeStreams();
});
afterEach(async () => {
  stop.abort();
  await nats.stop();
});

async function makeStreams(): Promise<void> {
  await provision(admin, loadConfig(collectorSchema, { env: {}, flags: {} }));
  await ensureBucket(admin, BUCKETS.watermarks, { ttlMs: 3_600_000, replicas: 1 });
}

/** The part of an agent that delivers, as run.ts puts it together. */
async function deliverer(
  runId: string,
  options: { stateDir?: string; lines?: string[]; flags?: Record<string, string> } = {},
) {
  const { stateDir = temporaryFolder('outbox'), lines = [], flags = {} } = options;
  const config = loadConfig(agentSchema, { env: {}, flags: { lab: 'lab', node: 'n', ...flags } });
  let runs = 0;
  const log = createLog({ level: 'debug', format: 'text', write: (line) => void lines.push(line) });
  const outbox = await openConfiguredOutbox(config, { stateDir, runId, clock: systemClock, log });
  const made = startDelivery({
    config: { ...config, interval: 1000 },
    outbox,
    lab: 'lab',
    node: 'n',
    name: 'n',
    runId,
    clock: systemClock,
    labClock: { estimate: () => undefined, position: () => ({ parent: '' }) },
    log,
    complete: (_kind, _runId, bytes) => bytes,
    newRunId: () => `${runId}-renewed-${++runs}`,
  });
  return { ...made, outbox, start: async () => void made.sender.run(await nats.connect(), stop.signal) };
}

const stored = async () => (await (await jetstreamManager(admin)).streams.info(STREAM)).state.messages;

/** "boot seq load1" of every sample in the stream, in order. */
async function samples(): Promise<string[]> {
  const manager = await jetstreamManager(admin);
  const found: string[] = [];
  for (let seq = 1, { state } = await manager.streams.info(STREAM); seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(STREAM, { seq }).catch(() => undefined);
    if (message?.subject !== subjects.report('lab', 'n', 'sample')) continue;
    const { header, load } = v1.Sample.decode(message.data);
    found.push(`${header?.boot} ${header?.seq} ${load?.load1}`);
  }
  return found;
}

function confirm(boot: string, from: number, to: number): void {
  const message = v1.Written.encode({ confirmed: [{ boot, ranges: [{ from, to }] }] }).finish();
  admin.publish(subjects.written('lab', 'n'), message);
}

test('what JetStream acknowledged stays until a collector confirms it', async () => {
  const { messenger, outbox, sender, writer, start } = await deliverer('boot');
  await start();
  for (let load1 = 1; load1 <= 5; load1++) messenger.sample({ load: { load1 } });
  await expect.poll(stored, PATIENT).toBe(5);
  expect(await sender.drained(PATIENT.timeout)).toBe(true);
  expect([...outbox.pending()].length).toBe(5);
  expect(writer.freed()).toBe(0);
  confirm('boot', 1, 3);
  await expect.poll(() => writer.freed(), PATIENT).toBe(3);
  expect([...outbox.pending()].map((entry) => entry.seq)).toEqual([4, 5]);
});

test('when the whole JetStream folder goes, everything unconfirmed is sent again', async () => {
  const lines: string[] = [];
  const { messenger, writer, start } = await deliverer('boot', { lines });
  await start();
  for (let load1 = 1; load1 <= 20; load1++) messenger.sample({ load: { load1 } });
  await expect.poll(stored, PATIENT).toBe(20);
  confirm('boot', 1, 10);
  await expect.poll(() => writer.freed(), PATIENT).toBe(10);

  const server = nats.processes.find('nats-server');
  server?.kill('SIGKILL');
  await expect.poll(() => server?.signalCode, PATIENT).toBe('SIGKILL');
  rmSync(nats.storeDir, { recursive: true });
  await nats.start();
  await expect
    .poll(
      () =>
        makeStreams().then(
          () => true,
          () => false,
        ),
      PATIENT,
    )
    .toBe(true);
  // The next message is numbered from the beginning again: that tells.
  messenger.sample({ load: { load1: 21 } });
  await expect.poll(stored, PATIENT).toBe(11);
  expect((await samples()).map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 11 }, (_, at) => at + 11),
  );
  expect(lines.join('')).toContain('the stream lost messages');
});

test('what the stream took and then lost unnoticed is sent again after a while, new or left by an earlier run', async () => {
  const settings = { 'stream.duplicate-window': '1s' };
  await provision(admin, loadConfig(collectorSchema, { env: {}, flags: settings }));
  const stateDir = temporaryFolder('outbox');
  const first = await deliverer('first', { stateDir });
  first.messenger.sample({ load: { load1: 1 } });
  await expect.poll(() => [...first.outbox.pending()].length, PATIENT).toBe(1);
  const second = await deliverer('second', { stateDir, flags: { 'outbox.resend-after': '2s' } });
  await second.start();
  await expect.poll(samples, PATIENT).toEqual(['first 1 1']);
  second.messenger.sample({ load: { load1: 2 } });
  await expect.poll(samples, PATIENT).toHaveLength(2);
  // The stream goes on to count, so that nothing reports the loss.
  const manager = await jetstreamManager(admin);
  for (const _ of [1, 2]) {
    await manager.streams.purge(STREAM);
    await expect
      .poll(async () => [...new Set(await samples())].sort(), PATIENT)
      .toEqual(['first 1 1', 'second 1 2']);
  }
  await first.outbox.close();
});

test('a message whose id another node took is dropped as a duplicate, and stored under another run', async () => {
  const sent = await deliverer('run');
  const header = { lab: 'lab', node: 'thief', boot: 'other', seq: 1, wallUs: 1 };
  const options = { msgID: messageId('n', 'run', 1) };
  const publish = (node: string) =>
    jetstream(admin).publish(
      subjects.report('lab', node, 'sample'),
      v1.Sample.encode({ header, load: { load1: 9 } }).finish(),
      options,
    );
  expect(await publish('thief')).toMatchObject({ duplicate: false });
  expect(await publish('n')).toMatchObject({ duplicate: true });
  sent.messenger.sample({ load: { load1: 1 } });
  await sent.start();
  await expect.poll(samples, PATIENT).toEqual(['run-renewed-1 1 1']);
});

test('a confirmation that was missed is asked for, also for an earlier run', async () => {
  const stateDir = temporaryFolder('outbox');
  const first = await deliverer('first', { stateDir });
  for (let load1 = 1; load1 <= 3; load1++) first.messenger.sample({ load: { load1 } });
  await expect.poll(() => [...first.outbox.pending()].length, PATIENT).toBe(3);

  const accounts = await ensureBucket(admin, BUCKETS.watermarks, { ttlMs: 3_600_000, replicas: 1 });
  await accounts.put(
    'lab.n.first',
    v1.Delivery.encode({ boot: 'first', written: [{ from: 1, to: 2 }] }).finish(),
  );
  const second = await deliverer('second', { stateDir });
  expect(second.held).toEqual([{ boot: 'first', ranges: [{ from: 1, to: 3 }] }]);
  await second.start();
  await expect.poll(samples, PATIENT).toEqual(['first 3 3']);
  await first.outbox.close();
});

test('a machine that was rolled back numbers anew instead of losing what it makes', async () => {
  const before = await deliverer('boot');
  await before.start();
  for (let load1 = 1; load1 <= 3; load1++) before.messenger.sample({ load: { load1 } });
  await expect.poll(stored, PATIENT).toBe(3);

  // The same run goes on from an older state: it gives numbers 1 and 2 to other messages.
  const lines: string[] = [];
  const after = await deliverer('boot', { lines });
  await after.start();
  after.messenger.sample({ load: { load1: 101 } });
  await expect.poll(samples, PATIENT).toHaveLength(4);
  after.messenger.sample({ load: { load1: 102 } });
  await expect
    .poll(samples, PATIENT)
    .toEqual([...['boot 1 1', 'boot 2 2', 'boot 3 3'], ...['boot-renewed-1 1 101', 'boot-renewed-1 2 102']]);
  expect(lines.join('')).toContain('rolled back or copied');
});

test('what the outbox let go is declared', async () => {
  const stateDir = temporaryFolder('outbox');
  const flags = { 'outbox.max-bytes': String(1024 * 1024) };
  const { messenger, outbox, writer, start } = await deliverer('boot', { stateDir, flags });
  const reason = 'r'.repeat(10_000);
  for (let at = 1; at <= 150; at++) messenger.sample({ probes: [{ probe: 'p', status: 1, reason }] });
  const kept = () => held(outbox).length + countOf(droppedBy(outbox));
  await writer.written();
  await expect.poll(kept, PATIENT).toBe(150);
  const dropped = countOf(droppedBy(outbox));
  expect(dropped).toBeGreaterThan(40);
  await start();
  const manager = await jetstreamManager(admin);
  const declared = async () => {
    const subject = subjects.report('lab', 'n', 'event');
    const message = await manager.streams
      .getMessage(STREAM, { last_by_subj: subject })
      .catch(() => undefined);
    const event = message && v1.Event.decode(message.data);
    const count = (event?.dropped ?? []).flatMap(({ ranges }) => ranges ?? []);
    return count.reduce((sum, { from, to }) => sum + (to ?? 0) - (from ?? 0) + 1, 0);
  };
  await expect.poll(declared, PATIENT).toBe(dropped);
  await expect.poll(() => outbox.undeclared(), PATIENT).toEqual([]);
});

test('the backlog is sent in order, at the rate that is set, and what is new does not wait for it', async () => {
  const stateDir = temporaryFolder('outbox');
  const earlier = await openOutbox({
    dir: join(stateDir, 'outbox'),
    runId: 'old',
    maxBytes: 1e9,
    maxAgeMs: 1e9,
    clock: systemClock,
    log: silentLog,
  });
  for (let seq = 1; seq <= 40; seq++) {
    const header = { lab: 'lab', node: 'n', boot: 'old', seq };
    await earlier.append('sample', seq, v1.Sample.encode({ header, load: { load1: seq } }).finish());
  }
  await earlier.close();
  const { messenger, start } = await deliverer('new', { stateDir, flags: { 'outbox.catch-up': '5' } });
  await start();
  await expect.poll(stored, PATIENT).toBeGreaterThan(2);
  messenger.sample({ load: { load1: 999 } });
  await expect.poll(stored, PATIENT).toBe(41);
  const all = await samples();
  const fresh = all.indexOf('new 1 999');
  expect(fresh).toBeGreaterThan(0);
  expect(fresh).toBeLessThan(40);
  expect(all.filter((line) => line.startsWith('old'))).toEqual(
    Array.from({ length: 40 }, (_, at) => `old ${at + 1} ${at + 1}`),
  );
});

test('a message that the server will never take is let go, and holds up nothing', async () => {
  const lines: string[] = [];
  const { messenger, outbox, start } = await deliverer('boot', { lines });
  await start();
  for (const length of [300_000, 2_000_000]) {
    messenger.sample({ probes: [{ probe: 'p', status: 1, reason: 'r'.repeat(length) }] });
  }
  messenger.sample({ load: { load1: 3 } });
  await expect.poll(samples, PATIENT).toEqual(['boot 3 3']);
  await expect.poll(() => countOf(droppedBy(outbox)), PATIENT).toBe(2);
  expect(lines.join('')).toContain("larger than the server's limit");
});
