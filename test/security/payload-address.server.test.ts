import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { BUCKETS, type PayloadRequestShape, type RoundRequestShape, subjects, v1 } from '@nestwatch/proto';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startInflux } from '../../deploy/local/influx.ts';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

// A guest announces where it serves in a round of net.http, and means something else: a service on the hypervisor, with a
// path of its choice. The canary is that service.

const dist = resolve(import.meta.dirname, '../../dist');
const ignore = () => undefined;
const TOKEN = 't'.repeat(32);
const NOMINAL_MS = Date.now();
const ROUND = `net_http-${NOMINAL_MS}`;

let lab: SecuredLab;
let admin: NatsConnection;
/** The hostile guest. */
let a: NatsConnection;
let canary: Server;
let at = '';
let seen: string[] = [];

beforeAll(async () => {
  canary = createServer((question, answer) => {
    const { method, url, headers } = question;
    seen.push(`${method} ${url} ${headers.authorization ?? 'no token'}`);
    let body = '';
    question.on('data', (chunk) => {
      body += chunk;
    });
    question.on('end', () => {
      if (body !== '') seen.push(`body ${body}`);
      answer.writeHead(200).end();
    });
  });
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done));
  at = `127.0.0.1:${(canary.address() as AddressInfo).port}`;

  lab = await createSecuredLab();
  const keys = { h: lab.enroll('h', '--lab', 'lab'), a: lab.enroll('a', '--lab', 'lab') };
  await lab.reload();
  const influx = await startInflux(
    lab.processes,
    findTool({ command: 'influxd' }) ?? 'influxd',
    lab.dir,
    await freePort(),
  );
  const servers = { natsUrl: lab.url, influxUrl: influx.url };
  const collector = join(lab.dir, '--collector.nk');
  await startCollector(lab.processes, dist, servers, await freePort(), ignore, new AbortController().signal, {
    ...{ NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: collector },
  });
  admin = await lab.connect(collector);
  a = await lab.connect(keys.a, 'a');
  const settings = {
    ...{ lab: 'lab', node: 'h', 'nats-ca': lab.ca, 'nats-nkey': keys.h, 'state-dir': join(lab.dir, 'h') },
    // The way that lets others be asked on loopback, where the canary is.
    ...{ 'benchmarks-http-address': '127.0.0.1', 'benchmarks-jitter': '0s' },
  };
  startAgent(lab.processes, dist, servers, settings, ignore);
});
afterAll(async () => {
  await a?.close();
  await admin?.close();
  canary?.close();
  await lab?.[Symbol.asyncDispose]();
});

/** How 0.1.0 asked whoever was announced. */
function askAsBefore(address: string): Promise<void> {
  const headers = { authorization: 'Bearer token-of-the-round' };
  return new Promise((done) => {
    request(`http://${address}/nestwatch/payload`, { method: 'HEAD', headers })
      .once('response', (answer) => void answer.resume().once('close', done))
      .once('error', () => done())
      .end();
  });
}

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

test('the canary sees what a guest chose, and the token, where an address is pasted into a URL', async () => {
  await askAsBefore(`${at}/admin?do=evil&x=`);
  expect(seen).toEqual(['HEAD /admin?do=evil&x=/nestwatch/payload Bearer token-of-the-round']);
  await askAsBefore(at.replace('127.0.0.1', '2130706433'));
  await askAsBefore(`user:secret@${at}`);
  expect(seen).toHaveLength(3);
});

/** As agents of 0.1.0 do; where nodes have no right on the bucket, the server refuses it. */
function announceByBucket(addresses: string[]): void {
  const key = `$KV.${BUCKETS.rounds}.lab.${ROUND}.a`;
  a.publish(key, v1.PayloadServer.encode({ node: 'a', name: 'a', addresses, done: false }).finish());
}

async function announce(changes: PayloadRequestShape) {
  const all = { round: ROUND, name: 'a', token: TOKEN, ...changes };
  const bytes = v1.PayloadRequest.encode(all).finish();
  const { data } = await a.request(subjects.payload('lab', 'a'), bytes, { timeout: 10_000 });
  return v1.PayloadReply.decode(data);
}

test("nothing that a guest announces makes the hypervisor's agent ask for what the guest chose, or give a token away", async () => {
  const results: ReturnType<typeof v1.BenchmarkResult.decode>[] = [];
  const replies: string[] = [];
  admin.subscribe(subjects.report('lab', 'h', 'benchmark'), {
    callback: (_, { data }) => void results.push(v1.BenchmarkResult.decode(data)),
  });
  admin.subscribe(subjects.roundReply('lab', 'h'), {
    callback: (_, { subject }) => void replies.push(subject),
  });
  await vi.waitFor(() => announce({ addresses: [at] }), PATIENT);
  const ask = (asked: RoundRequestShape) =>
    admin.publish(subjects.round('lab'), v1.RoundRequest.encode(asked).finish());
  await vi.waitFor(() => {
    // One without names is answered, too, and starts nothing.
    ask({});
    expect(replies).not.toEqual([]);
  }, PATIENT);
  ask({ benchmarks: ['net.http'], size: 'tiny', nominalMs: NOMINAL_MS, windowSeconds: 120 });
  seen = [];

  for (const odd of oddAddresses()) {
    announceByBucket([odd]);
    expect((await announce({ addresses: [odd] })).refusal, odd).toMatch(/is not an address and a port$/);
    expect((await announce({ addresses: [at, odd] })).refusal, odd).toMatch(/is not an address and a port$/);
  }
  // One that is well-formed is asked whether it is that node, of which the canary knows nothing.
  expect((await announce({ addresses: [at, '[fe80::1]:80', '169.254.169.254:80'] })).refusal).toBe('');
  await vi.waitFor(async () => {
    await announce({ addresses: [at, '[fe80::1]:80', '169.254.169.254:80'] });
    expect(results.some(({ last }) => last)).toBe(true);
  }, PATIENT);

  const outcomes = results.map(({ target, outcome, reason }) => [
    target,
    v1.BenchmarkResult.Outcome[outcome],
    reason,
  ]);
  expect(outcomes).toEqual([
    ['h', 'OK', ''],
    ['a', 'UNREACHABLE', `${at}: HTTP 200, [fe80::1]:80 is link-local, 169.254.169.254:80 is link-local`],
  ]);
  // Without a token, a body, or anything of the guest's choice; and once.
  expect(seen).toEqual(['HEAD /nestwatch/payload no token']);
});
