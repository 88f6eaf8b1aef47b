import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Member, nodeMember } from '@nestwatch/collector/cli/enroll/accounts/member';
import { ABOVE } from '@nestwatch/collector/cli/enroll/accounts/render';
import { collectorPermissions } from '@nestwatch/collector/cli/enroll/permissions';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import { takeAsker } from '@nestwatch/collector/ingest/asker';
import { BUCKET_SETTINGS } from '@nestwatch/collector/ingest/buckets';
import { provision } from '@nestwatch/collector/ingest/provision';
import { serveTime } from '@nestwatch/collector/ingest/serve-time';
import { systemClock } from '@nestwatch/common/clock';
import { natsSettings } from '@nestwatch/common/config/connection';
import { loadConfig } from '@nestwatch/common/config/load';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS, inboxPrefix, subjects } from '@nestwatch/proto';
import { type CredsOptions, startJwtServer } from './jwt-server.ts';
import { createSecuredLab, type SecuredLab, type Way } from './secured-lab.ts';

/** A server with what a collector makes there, a hostile node `a`, its victim `b`, and one who hears everything. */
export interface ReflectionLab extends AsyncDisposable {
  readonly admin: NatsConnection;
  readonly a: NatsConnection;
  readonly b: NatsConnection;
  /** Every subject that a message came to in the account of the collectors since the last call. */
  heard(): string[];
  /** What came to the victim since the last call. */
  heardByVictim(): string[];
  /** What the streams and buckets are: those that are lost are missing. */
  state(): Promise<Record<string, string>>;
  /** Resolves when all that `a` has asked for so far was answered. */
  settled(): Promise<void>;
}

const ownState = `$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.$KV.${BUCKETS.watermarks}.lab.a`;

/** Where answers are asked for, that a node gets from the server or from a collector. */
export const SOURCES = {
  'a report, by its PubAck': subjects.report('lab', 'a', 'sample'),
  'the own delivery state, by direct get': `${ownState}.run-1`,
  'that there is no such state, which is empty': `${ownState}.run-9`,
  'the time': subjects.sync('lab', 'a'),
} as const;

export async function createReflectionLab(way: Way | 'jwt', binary: string): Promise<ReflectionLab> {
  const server = await (way === 'jwt' ? jwtServer(binary) : keyServer(way, binary));
  const { admin, a, b, spy } = server;
  await provision(admin, loadConfig(collectorSchema, { env: {}, flags: {} }));
  for (const [bucket, name] of Object.entries(BUCKETS)) {
    const settings = BUCKET_SETTINGS[bucket as keyof typeof BUCKETS];
    await ensureBucket(admin, name, { ...settings, ttlMs: 0, replicas: 1 });
  }
  const kv = new Kvm(admin);
  await (await kv.open(BUCKETS.watermarks)).put('lab.a.run-1', 'state of a');
  await (await kv.open(BUCKETS.watermarks)).put('lab.b.run-1', 'state of b');
  await (await kv.open(BUCKETS.topology)).put('place.lab.b', 'place of b');
  await (await kv.open(BUCKETS.alerts)).put('silence.lab.0', 'a silence');
  const log = createLog({ level: 'error', format: 'text', write: () => undefined });
  const positionOf = () => ({ parent: '' });
  serveTime(admin, { clock: systemClock, collector: 'c', log, positionOf, door: takeAsker });
  await jetstream(b).publish(subjects.report('lab', 'b', 'sample'), 'report of b');
  const [heard, heardByVictim] = [ears(spy, ['>']), ears(b, victimHears)];
  await Promise.all([admin.flush(), spy.flush(), b.flush()]);
  const manager = await jetstreamManager(admin);
  return {
    admin,
    a,
    b,
    heard,
    heardByVictim,
    async state() {
      const found: Record<string, string> = {};
      for await (const { config, state } of manager.streams.list()) {
        const { first_seq, last_seq, messages, consumer_count } = state;
        // What the node itself reports counts up.
        const own = config.name === 'NESTWATCH' ? '' : ` to ${last_seq}, ${messages} messages`;
        found[config.name] = `from ${first_seq}${own}, ${consumer_count} consumers`;
      }
      return found;
    },
    async settled() {
      for (const source of Object.values(SOURCES)) await a.request(source, '', { timeout: 30_000 });
      await Promise.all([admin.flush(), spy.flush(), b.flush()]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([admin, a, b, spy].map((each) => each.close()));
      await server.stop();
    },
  };
}

const victimHears = ['_INBOX.lab.b.>', subjects.written('lab', 'b'), subjects.round('lab')];

function ears(connection: NatsConnection, wanted: readonly string[]): () => string[] {
  let heard = new Set<string>();
  for (const subject of wanted) {
    connection.subscribe(subject, { callback: (_, message) => void heard.add(message.subject) });
  }
  return () => {
    const now = [...heard];
    heard = new Set();
    return now;
  };
}

interface Connections {
  readonly admin: NatsConnection;
  readonly a: NatsConnection;
  readonly b: NatsConnection;
  readonly spy: NatsConnection;
  stop(): PromiseLike<void>;
}

/** The server of deploy/nats, with keys as `nestwatch enroll` makes them. */
async function keyServer(way: Way, binary: string): Promise<Connections> {
  const lab = await createSecuredLab(way, binary);
  const keys = { a: lab.enroll('a', '--lab', 'lab'), b: lab.enroll('b', '--lab', 'lab') };
  const spyKey = addSpy(lab, way);
  await lab.reload();
  return {
    admin: await lab.connect(join(lab.dir, '--collector.nk')),
    a: await lab.connect(keys.a, 'a'),
    b: await lab.connect(keys.b, 'b'),
    spy: await lab.connect(spyKey),
    stop: () => lab[Symbol.asyncDispose](),
  };
}

/** A server in operator mode, with JWTs that say what `nestwatch enroll --nsc` does. */
async function jwtServer(binary: string): Promise<Connections> {
  const [a, b] = [nodeMember('lab', 'a'), nodeMember('lab', 'b')];
  const server = await startJwtServer([a, b], binary);
  const logIn = async (name: string, options: CredsOptions, inboxPrefix?: string) => {
    const flags = { 'nats.creds': await server.writeCreds(name, options) };
    const access = await natsAccess(loadConfig(natsSettings, { env: {}, flags }));
    const prefix = inboxPrefix === undefined ? {} : { inboxPrefix };
    return connect({ servers: server.url, reconnect: false, ...access.options, ...prefix });
  };
  const asNode = (member: Member, node: string) =>
    logIn(
      node,
      { permissions: member.permissions, account: server.accountOf(member) },
      inboxPrefix('lab', node),
    );
  return {
    admin: await logIn('collector', { permissions: collectorPermissions() }),
    a: await asNode(a, 'a'),
    b: await asNode(b, 'b'),
    spy: await logIn('spy', { permissions: { publish: ['>'], subscribe: ['>'] } }),
    stop: () => server[Symbol.asyncDispose](),
  };
}

/** A user without any limit, written by hand beside what nestwatch wrote, in the account of JetStream. */
function addSpy(lab: SecuredLab, way: Way): string {
  const key = join(lab.dir, 'spy.nk');
  const said = lab.nestwatch('enroll', '--collector', '--key', key);
  const user = `{ nkey: ${/nkey: (U\S+)/.exec(said)?.[1]} }`;
  const file = join(lab.conf, `${way}.conf`);
  const text = readFileSync(file, 'utf8');
  const with_ =
    way === 'accounts'
      ? text.replace(ABOVE.collectors, `${user}\n      ${ABOVE.collectors}`)
      : text.replace('users: [', `users: [\n  ${user}`);
  writeFileSync(file, with_);
  return key;
}
