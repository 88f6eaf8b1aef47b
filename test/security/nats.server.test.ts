import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { provision } from '@nestwatch/collector/ingest/provision';
import { natsSettings } from '@nestwatch/common/config/connection';
import { loadConfig } from '@nestwatch/common/config/load';
import { natsAccess } from '@nestwatch/common/nats/access';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { openLeaseBucket } from '@nestwatch/common/nats/lease-bucket';
import { BUCKETS, subjects } from '@nestwatch/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSecuredLab, type SecuredLab, type Way } from './secured-lab.ts';

/** A refusal comes at once; this long is waited only for one that does not come. */
const PATIENT_MS = 30_000;

describe.each(['accounts', 'users'] as const)('with %s', (way: Way) => {
  let lab: SecuredLab;
  let admin: NatsConnection;
  let a: NatsConnection;

  beforeAll(async () => {
    lab = await createSecuredLab(way);
    const keys = { admin: join(lab.dir, '--collector.nk'), a: lab.enroll('a', '--lab', 'lab') };
    lab.enroll('b', '--lab', 'lab');
    await lab.reload();
    admin = await lab.connect(keys.admin);
    await provision(admin, loadConfig(collectorSchema, { env: {}, flags: {} }));
    for (const name of [BUCKETS.watermarks, BUCKETS.benchmarkLeases, BUCKETS.rounds]) {
      await ensureBucket(admin, name, { ttlMs: 60_000, replicas: 1 });
    }
    a = await lab.connect(keys.a, 'a');
  });

  afterAll(async () => {
    await a?.close();
    await admin?.close();
    await lab?.[Symbol.asyncDispose]();
  });

  /** What the server says to a publication that waits for an answer. */
  async function refusal(subject: string): Promise<string> {
    try {
      await a.request(subject, 'x', { timeout: PATIENT_MS });
      return 'answered';
    } catch (error) {
      return String((error as Error).cause ?? error);
    }
  }

  /** What the server says to a subscription. */
  async function subscriptionRefusal(subject: string): Promise<string> {
    const done = new Promise<string>((resolve) => {
      const subscription = a.subscribe(subject, {
        callback: (error) => resolve(error?.message ?? 'message'),
      });
      void subscription.closed.then((error) => resolve(error instanceof Error ? error.message : 'closed'));
    });
    await a.flush();
    return Promise.race([
      done,
      new Promise<string>((resolve) => setTimeout(() => resolve('allowed'), PATIENT_MS)),
    ]);
  }

  test('a node publishes as itself, and as nobody else', async () => {
    const stored = await jetstream(a).publish(subjects.report('lab', 'a', 'sample'), 'own');
    expect(stored.stream).toBe('NESTWATCH');
    for (const subject of [
      subjects.report('lab', 'b', 'sample'),
      subjects.report('other', 'a', 'sample'),
      subjects.written('lab', 'b'),
      subjects.written('lab', 'a'),
      subjects.dead('lab', 'a'),
      subjects.alerts('lab'),
      `$KV.${BUCKETS.watermarks}.lab.a.boot`,
      `$KV.${BUCKETS.topology}.lab.b`,
    ]) {
      expect(await refusal(subject), subject).toContain('Permissions Violation for Publish');
    }
  });

  test('a node can not ask JetStream to read, make or delete anything of others', async () => {
    for (const subject of [
      '$JS.API.INFO',
      '$JS.API.STREAM.LIST',
      '$JS.API.STREAM.INFO.NESTWATCH',
      '$JS.API.STREAM.CREATE.MINE',
      '$JS.API.STREAM.DELETE.NESTWATCH',
      '$JS.API.STREAM.PURGE.NESTWATCH',
      '$JS.API.CONSUMER.CREATE.NESTWATCH.mine',
      `$JS.API.CONSUMER.CREATE.KV_${BUCKETS.rounds}.mine`,
      '$JS.API.CONSUMER.MSG.NEXT.NESTWATCH.ingest',
      '$JS.API.STREAM.MSG.GET.NESTWATCH',
      '$JS.API.DIRECT.GET.NESTWATCH',
      `$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.$KV.${BUCKETS.watermarks}.lab.b.boot`,
    ]) {
      expect(await refusal(subject), subject).toContain('Permissions Violation for Publish');
    }
  });

  test('a node can listen to nothing of others', async () => {
    for (const subject of [
      '>',
      'nestwatch.>',
      'nestwatch.lab.b.written',
      '_INBOX.>',
      '_INBOX.lab.b.>',
      '$KV.>',
    ]) {
      expect(await subscriptionRefusal(subject), subject).toContain('Permissions Violation for Subscription');
    }
  });

  test('a node reads its own confirmations', async () => {
    const marks = await new Kvm(admin).open(BUCKETS.watermarks);
    await marks.put('lab.a.boot-1', 'mine');
    const key = `$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.$KV.${BUCKETS.watermarks}.lab.a.boot-1`;
    expect((await a.request(key, '', { timeout: PATIENT_MS })).string()).toBe('mine');
  });

  test('without a key, with a wrong one or without the authority there is no connection', async () => {
    const { connect } = await import('@nats-io/transport-node');
    const tls = { ca: readFileSync(lab.ca, 'utf8') };
    const attempt = (options: object) =>
      connect({ servers: lab.url, reconnect: false, timeout: PATIENT_MS, ...options }).then(
        () => 'connected',
        (error: Error) => String(error.cause ?? error),
      );
    expect(await attempt({ tls })).toMatch(/Authorization Violation|authorization/i);
    lab.nestwatch('enroll', 'stranger', '--key', join(lab.dir, 'stranger.nk'));
    const config = loadConfig(natsSettings, {
      env: {},
      flags: { 'nats.url': lab.url, 'nats.nkey': join(lab.dir, 'stranger.nk'), 'nats.ca': lab.ca },
    });
    expect(await attempt((await natsAccess(config)).options)).toMatch(
      /Authorization Violation|authorization/i,
    );
    expect(
      await attempt({ tls: {}, authenticator: (await natsAccess(config)).options.authenticator }),
    ).toMatch(/certificate|issuer/i);
  });

  test('keys are readable by their owner only, and refused otherwise', async () => {
    const key = join(lab.dir, 'a---lab-lab.nk');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    chmodSync(key, 0o644);
    const config = loadConfig(natsSettings, { env: {}, flags: { 'nats.nkey': key } });
    await expect(natsAccess(config)).rejects.toThrow(/other users can read it: run "chmod/);
    chmodSync(key, 0o600);
  });

  // A node with an account writes no key, and no answer leaves it: reflection.server.test.ts.
  if (way === 'accounts') return;

  test('a node takes part in the lease', async () => {
    const { bucket } = await openLeaseBucket(a, BUCKETS.benchmarkLeases, 30_000);
    const revision = await bucket.create('lab', 'a has it');
    expect(await bucket.update('lab', 'a has it still', revision)).toBeGreaterThan(revision);
    await bucket.delete('lab');
  });

  test('an answer that is directed at another node shows what it is', async () => {
    // The server publishes answers wherever the asker says, and does not check the asker's permissions there.
    const { bucket } = await openLeaseBucket(a, BUCKETS.benchmarkLeases, 30_000);
    await bucket.put('lab', 'forged');
    const seen: Msg[] = [];
    const victim = subjects.written('lab', 'b');
    const subscription = admin.subscribe(victim, { callback: (_, message) => void seen.push(message) });
    await admin.flush();
    const lease = `$JS.API.DIRECT.GET.KV_${BUCKETS.benchmarkLeases}.$KV.${BUCKETS.benchmarkLeases}.lab`;
    a.publish(lease, '', { reply: victim });
    a.publish(lease, '', { reply: subjects.report('lab', 'b', 'sample') });
    await a.flush();
    const manager = await jetstreamManager(admin);
    await expect
      .poll(
        async () => {
          const found = await manager.streams
            .getMessage('NESTWATCH', { last_by_subj: subjects.report('lab', 'b', 'sample') })
            .catch(() => undefined);
          return found?.header.get('Nats-Stream');
        },
        { timeout: PATIENT_MS },
      )
      .toBe(`KV_${BUCKETS.benchmarkLeases}`);
    await expect.poll(() => seen.length, { timeout: PATIENT_MS }).toBeGreaterThan(0);
    expect(seen[0]?.headers?.get('Nats-Stream')).toBe(`KV_${BUCKETS.benchmarkLeases}`);
    subscription.unsubscribe();
  });
});
