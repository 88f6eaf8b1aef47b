import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createAccount } from '@nats-io/jwt';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { collectorPermissions, sharedNodePermissions } from '@nestwatch/collector/cli/enroll/permissions';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { natsSettings } from '@nestwatch/common/config/connection';
import { loadConfig } from '@nestwatch/common/config/load';
import { createLog } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
import { subjects } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { type JwtServer, startJwtServer } from './jwt-server.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const permissions = sharedNodePermissions('lab', 'n1');
const nowSeconds = () => Math.floor(Date.now() / 1000);
let server: JwtServer;

beforeAll(async () => {
  server = await startJwtServer();
});
afterAll(() => server?.[Symbol.asyncDispose]());

const accessBy = (file: string) =>
  natsAccess(loadConfig(natsSettings, { env: {}, flags: { 'nats.creds': file } }));

/** The lines that a program's connection writes until it connects or `enough` says so. */
async function linesOf(file: string, enough: (text: string) => boolean): Promise<string> {
  let text = '';
  const write = (line: string) => {
    text += line;
  };
  const log = createLog({ level: 'info', format: 'text', write });
  const stop = new AbortController();
  const connecting = connectNats({
    url: server.url,
    name: 'test',
    log,
    signal: stop.signal,
    access: await accessBy(file),
  });
  await waitUntil(() => enough(text), { what: 'what the program says', tail: () => text });
  stop.abort();
  await (await connecting)?.close();
  return text;
}

test('agent and collector work with credentials files', async () => {
  const influx = await startTestInflux(server.processes, server.dir);
  const servers = { natsUrl: server.url, influxUrl: influx.url };
  const creds = {
    collector: await server.writeCreds('collector', { permissions: collectorPermissions() }),
    node: await server.writeCreds('n1', { permissions, exp: nowSeconds() + 3600 }),
  };
  const { signal } = new AbortController();
  const port = await freePort();
  await startCollector(server.processes, dist, servers, port, () => undefined, signal, {
    NESTWATCH_NATS_CREDS: creds.collector,
  });
  startAgent(
    server.processes,
    dist,
    servers,
    {
      lab: 'lab',
      node: 'n1',
      interval: '1s',
      'nats-creds': creds.node,
      'state-dir': join(server.dir, 'agent'),
      'benchmarks-at-start': 'cpu.sha256',
    },
    () => undefined,
  );
  const store = await openStore(influxConfig({ INFLUX_URL: influx.url }));
  const logOf = (program: string) => readFileSync(join(server.dir, 'logs', `${program}.log`), 'utf8');
  // The delivery's figures say that the accounts work, the benchmark that the lease does.
  for (const measurement of ['nestwatch_cpu_time', 'nestwatch_benchmark', 'nestwatch_delivery']) {
    await waitUntil(async () => (await countOf(store, measurement)) > 0, {
      what: measurement,
      limitMs: 120_000,
      tail: () => logOf('agent'),
    });
  }
  for (const program of ['agent', 'collector']) expect(logOf(program)).not.toMatch(/permission|refuse/i);
});

test('the permissions in the JWT keep a node to its own subjects', async () => {
  const file = await server.writeCreds('n1', { permissions });
  const node = await connect({ servers: server.url, reconnect: false, ...(await accessBy(file)).options });
  expect(await refusalOf(node, subjects.report('lab', 'n2', 'sample'))).toContain('Permissions Violation');
  await node.close();
});

test('credentials that expired are refused, and it is said which and when', async () => {
  const file = await server.writeCreds('late', { permissions, exp: nowSeconds() - 60 });
  const text = await linesOf(file, (lines) => lines.includes('refuses the login'));
  expect(text).toMatch(/NATS refuses the login, retrying .*Authorization Violation/);
  expect(text).toContain(`nats.creds ${file} of user late, which expired at 20`);
  expect(text).not.toContain('cannot be reached');
});

test('credentials of a strange account are refused, and it is said which', async () => {
  const file = await server.writeCreds('stranger', { permissions, account: createAccount() });
  const text = await linesOf(file, (lines) => lines.includes('refuses the login'));
  expect(text).toContain(`nats.creds ${file} of user stranger`);
  expect(text).not.toContain('expired');
});

test('credentials that are renewed in their file are taken without a restart', async () => {
  const file = await server.writeCreds('renewed', { permissions, exp: nowSeconds() - 60 });
  let replaced: Promise<unknown> | undefined;
  const text = await linesOf(file, (lines) => {
    if (lines.includes('refuses the login')) replaced ??= server.writeCreds('renewed', { permissions });
    return lines.includes('connected to NATS');
  });
  await replaced;
  expect(text).toMatch(/which expired at.*\n.*connected to NATS/);
});

test('credentials that expire while they are in use end the connection, and it is said why', async () => {
  let text = '';
  // A slow machine may not have connected before they expire.
  for (let seconds = 2; !text.includes('connected to NATS'); seconds *= 2) {
    const file = await server.writeCreds('brief', { permissions, exp: nowSeconds() + seconds });
    text = await linesOf(file, (lines) => /refuses the login.*expired/i.test(lines));
  }
  expect(text).toMatch(/connected to NATS.*\n(.*\n)*.*refuses the login.* expired/i);
});

async function countOf(store: Store, measurement: string): Promise<number> {
  const [series] = await store.query(`SELECT * FROM "${measurement}" WHERE "node" = 'n1' LIMIT 1`);
  return series?.rows.length ?? 0;
}

/** What the server says to a publication. */
async function refusalOf(connection: NatsConnection, subject: string): Promise<string> {
  try {
    await connection.request(subject, 'x', { timeout: 30_000 });
    return 'answered';
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}
