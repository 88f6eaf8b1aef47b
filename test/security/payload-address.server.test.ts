import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { BUCKETS, type PayloadRequestShape, type RoundRequestShape, subjects, v1 } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab } from './secured-lab.ts';

// A guest announces where it serves in a round of net.http, and means something else: a service on the hypervisor, with a
// path of its choice. The canary is that service.

const dist = resolve(import.meta.dirname, '../../dist');
const ignore = () => undefined;
const TOKEN = 't'.repeat(32);
/** Of agents of 0.1.0, where the guest may write it. */
const OLDER_TOKEN = 'token-of-the-round';

let canary: Server;
let at = '';
let seen: string[] = [];

beforeAll(async () => {
  canary = createServer((question, answer) => {
    const { method, url, headers } = question;
    seen.push(`${method} ${url} ${headers.authorization ?? 'no token'}`);
    question.on('data', (body) => seen.push(`body ${body}`));
    question.on('end', () => answer.writeHead(200).end());
  });
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done));
  at = `127.0.0.1:${(canary.address() as AddressInfo).port}`;
});
afterAll(() => void canary?.close());
beforeEach(() => {
  seen = [];
});

/** How 0.1.0 asked whoever was announced. */
function askAsBefore(address: string): Promise<void> {
  const headers = { authorization: `Bearer ${OLDER_TOKEN}` };
  return new Promise((done) => {
    request(`http://${address}/nestwatch/payload`, { method: 'HEAD', headers })
      .once('response', (answer) => void answer.resume().once('close', done))
      .once('error', () => done())
      .end();
  });
}

test('the canary sees what a guest chose, and the token, where an address is pasted into a URL', async () => {
  await askAsBefore(`${at}/admin?do=evil&x=`);
  expect(seen).toEqual([`HEAD /admin?do=evil&x=/nestwatch/payload Bearer ${OLDER_TOKEN}`]);
  await askAsBefore(at.replace('127.0.0.1', '2130706433'));
  await askAsBefore(`user:secret@${at}`);
  expect(seen).toHaveLength(3);
});

/** What stands for a path, a query, a fragment, a login, a name, another way to write loopback, another header. */
const oddAddresses = () => [
  `${at}/admin?do=evil&x=`,
  `${at}/query?q=DROP%20DATABASE%20nestwatch&x=`,
  `${at}?x=`,
  `${at}#`,
  `user:secret@${at}`,
  `192.0.2.1:80@${at}`,
  at.replace('127.0.0.1', 'localhost'),
  at.replace('127.0.0.1', '2130706433'),
  at.replace('127.0.0.1', '0x7f000001'),
  at.replace('127.0.0.1', '0177.0.0.1'),
  at.replace('127.0.0.1', '127.1'),
  at.replace('127.0.0.1', '[::ffff:127.0.0.1%lo]'),
  `${at}\r\nX-Evil: 1`,
];
/** Well-formed: one is asked whether it is that node, of which the canary knows nothing; the others are not. */
const goodAddresses = () => [at, '[fe80::1]:80', '169.254.169.254:80'];

/** Servers, a collector, the hypervisor's agent, and the hostile guest's connection. */
async function startLab(way: 'accounts' | 'users') {
  const lab = await createSecuredLab(way);
  const keys = { h: lab.enroll('h', '--lab', 'lab'), a: lab.enroll('a', '--lab', 'lab') };
  await lab.reload();
  const influx = await startTestInflux(lab.processes, lab.dir);
  const servers = { natsUrl: lab.url, influxUrl: influx.url };
  const collector = join(lab.dir, '--collector.nk');
  const env = { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: collector };
  const never = new AbortController().signal;
  await startCollector(lab.processes, dist, servers, await freePort(), ignore, never, env);
  const settings = {
    ...{ lab: 'lab', node: 'h', 'nats-ca': lab.ca, 'nats-nkey': keys.h, 'state-dir': join(lab.dir, 'h') },
    // The way that lets others be asked on loopback, where the canary is.
    ...{ 'benchmarks-http-address': '127.0.0.1', 'benchmarks-jitter': '0s' },
  };
  startAgent(lab.processes, dist, servers, settings, ignore);
  const [admin, a] = [await lab.connect(collector), await lab.connect(keys.a, 'a')];
  return {
    ...{ admin, a },
    async stop() {
      await Promise.all([admin.close(), a.close()]);
      await lab[Symbol.asyncDispose]();
    },
  };
}

type Result = ReturnType<typeof v1.BenchmarkResult.decode>;

/** Asks the hypervisor's agent for a round of net.http, once it listens, and collects its results. */
async function askForRound(admin: NatsConnection, nominalMs: number): Promise<Result[]> {
  const results: Result[] = [];
  const replies: string[] = [];
  admin.subscribe(subjects.report('lab', 'h', 'benchmark'), {
    callback: (_, { data }) => void results.push(v1.BenchmarkResult.decode(data)),
  });
  admin.subscribe(subjects.roundReply('lab', 'h'), {
    callback: (_, { subject }) => void replies.push(subject),
  });
  const ask = (asked: RoundRequestShape) =>
    admin.publish(subjects.round('lab'), v1.RoundRequest.encode(asked).finish());
  await vi.waitFor(() => {
    // One without names is answered, too, and starts nothing.
    ask({});
    expect(replies).not.toEqual([]);
  }, PATIENT);
  ask({ benchmarks: ['net.http'], size: 'tiny', nominalMs, windowSeconds: 120 });
  return results;
}

const outcomesOf = (results: readonly Result[]) =>
  results.map(({ target, outcome, reason }) => [target, v1.BenchmarkResult.Outcome[outcome], reason]);

describe.each(['accounts', 'users'] as const)('with %s', (way) => {
  let lab: Awaited<ReturnType<typeof startLab>>;
  beforeEach(async () => {
    lab = await startLab(way);
    seen = [];
  });
  afterEach(() => lab?.stop());

  /** As agents of 0.1.0 do. Where nodes have accounts of their own, the server refuses it. */
  function announceByBucket(round: string, addresses: string[]): void {
    const key = `$KV.${BUCKETS.rounds}.lab.${round}`;
    lab.a.publish(`${key}._token`, OLDER_TOKEN);
    const bytes = v1.PayloadServer.encode({ node: 'a', name: 'a', addresses, done: false }).finish();
    lab.a.publish(`${key}.a`, bytes);
  }

  async function announce(changes: PayloadRequestShape) {
    const bytes = v1.PayloadRequest.encode({ name: 'a', token: TOKEN, ...changes }).finish();
    const { data } = await lab.a.request(subjects.payload('lab', 'a'), bytes, { timeout: 10_000 });
    return v1.PayloadReply.decode(data);
  }

  test("nothing that a guest announces makes the hypervisor's agent ask for what the guest chose, or give a token away", async () => {
    // Nodes give each other ten seconds to announce themselves: they are over soon.
    const nominalMs = Date.now() - 8000;
    const round = `net_http-${nominalMs}`;
    await vi.waitFor(() => announce({ round, addresses: ['x'] }), PATIENT);
    for (const odd of oddAddresses()) {
      announceByBucket(round, [odd]);
      for (const addresses of [[odd], [at, odd]]) {
        const { refusal } = await announce({ round, addresses });
        expect(refusal, odd).toMatch(/is not an address and a port$/);
      }
    }
    announceByBucket(round, [...oddAddresses(), ...goodAddresses()]);
    if (way === 'accounts') expect((await announce({ round, addresses: goodAddresses() })).refusal).toBe('');
    const results = await askForRound(lab.admin, nominalMs);
    await vi.waitFor(() => expect(results.some(({ last }) => last)).toBe(true), PATIENT);

    expect(outcomesOf(results)).toEqual([
      ['h', 'OK', ''],
      ['a', 'UNREACHABLE', `${at}: HTTP 200, [fe80::1]:80 is link-local, 169.254.169.254:80 is link-local`],
    ]);
    // Without a token, a body, or anything of the guest's choice; and once.
    expect(seen).toEqual(['HEAD /nestwatch/payload no token']);
  });
});
