import { join } from 'node:path';
import { headers, type NatsConnection, type PublishOptions } from '@nats-io/transport-node';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { BUCKET_SETTINGS } from '@nestwatch/collector/ingest/buckets';
import { createDoor } from '@nestwatch/collector/ingest/door';
import { provision } from '@nestwatch/collector/ingest/provision';
import { serveTime } from '@nestwatch/collector/ingest/serve-time';
import { askForRounds } from '@nestwatch/collector/operators/round';
import { runTurns } from '@nestwatch/collector/turns/turns';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { silentLog } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS, KINDS, STREAM, subjects, v1 } from '@nestwatch/proto';
import { natsServers } from '@nestwatch/testkit/nats-servers';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

/**
 * nats-server keeps a request to another account until it is answered, or for two minutes, and at each answer looks
 * through all that have the same reply subject. One node that leaves many of them behind so stops what JetStream
 * acknowledges to all: seen on 2.9.10 and 2.10.27, less on 2.15.1. So nothing that a node may ask stays unanswered.
 */
describe.each(natsServers())('nats-server $version', ({ binary }) => {
  const stop = new AbortController();
  let lab: SecuredLab;
  let admin: NatsConnection;
  let a: NatsConnection;
  let b: NatsConnection;
  let granting: Promise<void>;
  let inboxes = 0;

  beforeAll(async () => {
    lab = await createSecuredLab('accounts', binary);
    const keys = { a: lab.enroll('a', '--lab', 'lab'), b: lab.enroll('b', '--lab', 'lab') };
    await lab.reload();
    admin = await lab.connect(join(lab.dir, '--collector.nk'));
    const config = loadConfig(collectorSchema, { env: {}, flags: {} });
    await provision(admin, config);
    await ensureBucket(admin, BUCKETS.watermarks, { ...BUCKET_SETTINGS.watermarks, replicas: 1 });
    const door = createDoor({ clock: systemClock });
    const options = { connection: admin, config, clock: systemClock, log: silentLog, door };
    const positionOf = () => ({ parent: '' });
    granting = runTurns({ ...options, questions: admin, positionOf }, stop.signal);
    serveTime(admin, { ...options, collector: 'c', positionOf });
    [a, b] = [await lab.connect(keys.a, 'a'), await lab.connect(keys.b, 'b')];
    await vi.waitFor(() => b.request(subjects.turn('lab', 'b'), ''), PATIENT);
  });
  afterAll(async () => {
    stop.abort();
    await granting;
    await Promise.all([a, b, admin].map((each) => each.close()));
    await lab[Symbol.asyncDispose]();
  });

  const odd = headers();
  odd.set('Nats-Stream', STREAM);
  odd.set('Nats-Rollup', 'all');
  odd.set('Nats-Expected-Last-Sequence', '4711');
  const turn = (claim: number) =>
    v1.TurnRequest.encode({ want: v1.TurnRequest.Want.TAKE, claim: `${'c'.repeat(20)}${claim}` }).finish();
  const payload = (port: number) =>
    v1.PayloadRequest.encode({
      round: `net_http-${Date.now()}`,
      addresses: [`192.0.2.1:${1024 + port}`],
      token: 't'.repeat(30),
    }).finish();
  const messages: readonly ((at: number) => [Uint8Array | string, PublishOptions?])[] = [
    () => [''],
    () => ['junk'],
    () => ['', { headers: odd }],
    (at) => [turn(at)],
    (at) => [payload(at)],
  ];
  const ownState = '$JS.API.DIRECT.GET.KV_nestwatch_watermarks.$KV.nestwatch_watermarks.lab.a';

  test.each([
    ...KINDS.map((kind) => subjects.report('lab', 'a', kind)),
    subjects.sync('lab', 'a'),
    subjects.turn('lab', 'a'),
    subjects.payload('lab', 'a'),
    `${ownState}.run-1`,
  ])('whatever a node asks by %s is answered', async (subject) => {
    const answers: number[] = [];
    const reply = `_INBOX.lab.a.${++inboxes}`;
    a.subscribe(reply, { callback: (_, { data }) => void answers.push(data.length) });
    for (let at = 0; at < 100; at += 1) {
      for (const make of messages) {
        const [data, options] = make(at);
        a.publish(subject, data, { ...options, reply });
      }
    }
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(100 * messages.length);
  });

  /** How many requests of other accounts the server keeps because nobody answered them. */
  async function kept(): Promise<number> {
    const { account_detail: account } = (await (
      await fetch(`${lab.monitorUrl}/accountz?acc=NESTWATCH`)
    ).json()) as { account_detail: { responses?: object } };
    return Object.keys(account.responses ?? {}).length;
  }

  test('what nobody answers is kept by the server, and what a collector answers is not', async () => {
    await expect.poll(kept, PATIENT).toBe(0);
    let answered = 0;
    const reply = `_INBOX.lab.a.${++inboxes}`;
    a.subscribe(reply, { callback: () => void answered++ });
    const ask = async () => {
      for (let at = 0; at < 500; at += 1) a.publish(subjects.roundReply('lab', 'a'), '', { reply });
      await a.flush();
    };
    const silent = admin.subscribe(subjects.roundReply('lab', '*'), { callback: () => undefined });
    await admin.flush();
    await ask();
    expect(await kept()).toBe(500);
    silent.unsubscribe();
    const followed = { lab: 'lab', nominalMs: 1, windowSeconds: 1, followMs: 600_000 };
    await askForRounds(admin, STREAM)(followed, { tell: () => undefined });
    await admin.flush();
    await ask();
    await expect.poll(() => answered, PATIENT).toBe(500);
    expect(await kept()).toBe(500);
  });
});
