import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Kvm } from '@nats-io/kv';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { openStore } from '@nestwatch/collector/influx/store';
import { loadConfig } from '@nestwatch/common/config/load';
import { exchange } from '@nestwatch/common/exchange';
import { BUCKETS, v1 } from '@nestwatch/proto';
import { needsInflux1 } from '@nestwatch/testkit/needs-influx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { createSecuredLab, type SecuredLab } from './secured-lab.ts';

const dist = resolve(import.meta.dirname, '../../dist');
let lab: SecuredLab;
let influxUrl = '';

needsInflux1('HTTPS and a user are settings of 1.x here, others have tokens');

beforeAll(async () => {
  lab = await createSecuredLab();
  influxUrl = await startSecuredInflux();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** influxd with HTTPS, the certificate of the private authority, and a user. */
async function startSecuredInflux(): Promise<string> {
  const port = await freePort();
  const file = join(lab.dir, 'influxd.conf');
  const folder = (part: string) => JSON.stringify(join(lab.dir, 'influxdb', part));
  const tls = (name: string) => JSON.stringify(join(lab.dir, 'nats/tls', name));
  writeFileSync(
    file,
    [
      'reporting-disabled = true',
      `bind-address = "127.0.0.1:${await freePort()}"`,
      `[meta]\ndir = ${folder('meta')}`,
      `[data]\ndir = ${folder('data')}\nwal-dir = ${folder('wal')}\nquery-log-enabled = false`,
      `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false\nauth-enabled = true`,
      `https-enabled = true\nhttps-certificate = ${tls('server.pem')}\nhttps-private-key = ${tls('server.key')}`,
      '[monitor]\nstore-enabled = false\n',
    ].join('\n'),
  );
  const binary = findTool({ command: 'influxd' }) ?? 'influxd';
  const child = lab.processes.start('influxd', binary, ['-config', file]);
  const url = `https://localhost:${port}`;
  await waitUntil(
    async () => {
      try {
        // Until there is a user, making one needs none.
        const statement = `CREATE USER "collector" WITH PASSWORD 'secret' WITH ALL PRIVILEGES`;
        const { status } = await exchange(`${url}/query?q=${encodeURIComponent(statement)}`, {
          method: 'POST',
          ca: readFileSync(lab.ca, 'utf8'),
          limitMs: 10_000,
          mostBytes: 16_384,
        });
        return status === 200;
      } catch {
        return false;
      }
    },
    { what: 'influxd with HTTPS', child, limitMs: 60_000 },
  );
  return url;
}

test('with TLS, keys and passwords everywhere, agent and collector work as without', async () => {
  const trust = { NESTWATCH_NATS_CA: lab.ca };
  const influx = {
    INFLUX_URL: influxUrl,
    INFLUX_USERNAME: 'collector',
    INFLUX_PASSWORD: 'secret',
    NESTWATCH_INFLUX_CA: lab.ca,
  };
  const key = lab.enroll('secured', '--lab', 'lab');
  await lab.reload();
  const servers = { natsUrl: lab.url, influxUrl };
  await startCollector(
    lab.processes,
    dist,
    servers,
    await freePort(),
    () => undefined,
    new AbortController().signal,
    {
      ...trust,
      ...influx,
      NESTWATCH_NATS_NKEY: join(lab.dir, '--collector.nk'),
    },
  );
  startAgent(
    lab.processes,
    dist,
    servers,
    {
      lab: 'lab',
      node: 'secured',
      interval: '1s',
      'nats-ca': lab.ca,
      'nats-nkey': key,
      'state-dir': join(lab.dir, 'agent'),
      'benchmarks-at-start': 'cpu.sha256',
    },
    () => undefined,
  );
  // By another name: a session of TLS that is resumed shows no certificate.
  const byAddress = { ...influx, INFLUX_URL: influxUrl.replace('localhost', '127.0.0.1') };
  const store = await openStore(loadConfig(influxSettings, { env: byAddress, flags: {} }));
  const count = async (measurement: string) =>
    (await store.query(`SELECT * FROM "${measurement}" WHERE "node" = 'secured'`))[0]?.rows.length ?? 0;
  const endings = store.endings(Date.now());
  expect(endings.map(({ what }) => what)).toEqual(['the certificate of InfluxDB', `influx.ca ${lab.ca}`]);
  for (const { untilMs } of endings) expect(untilMs).toBeGreaterThan(Date.now());
  const agentLog = () => readFileSync(join(lab.dir, 'logs/agent.log'), 'utf8');
  for (const measurement of [
    'nestwatch_cpu_time',
    'nestwatch_capability',
    'nestwatch_benchmark',
    'nestwatch_delivery',
  ]) {
    await waitUntil(async () => (await count(measurement)) > 0, {
      what: measurement,
      limitMs: 120_000,
      tail: agentLog,
    });
  }
  expect(agentLog()).not.toMatch(/permission/i);
  // Nobody else's authority will do, and no password but the right one.
  const stranger = { ...influx, NESTWATCH_INFLUX_CA: '' };
  await expect(openStore(loadConfig(influxSettings, { env: stranger, flags: {} }))).rejects.toThrow(
    /certificate|issuer/i,
  );
  const guessed = { ...influx, INFLUX_PASSWORD: 'guessed' };
  await expect(openStore(loadConfig(influxSettings, { env: guessed, flags: {} }))).rejects.toThrow(/401/);
  expect(readFileSync(join(lab.dir, 'logs/collector.log'), 'utf8')).not.toMatch(/permission/i);
  // Its outbox is freed: the confirmations reach it through its permissions.
  const admin = await lab.connect(join(lab.dir, '--collector.nk'));
  const accounts = await new Kvm(admin).open(BUCKETS.watermarks);
  await expect
    .poll(
      async () => {
        for await (const key of await accounts.keys('lab.secured.*')) {
          const entry = await accounts.get(key);
          if (entry !== null) return v1.Delivery.decode(entry.value).freed ?? 0;
        }
        return 0;
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(2);
  await admin.close();
  // A turn is granted across accounts, too: to who is asked for a round by an operator, who is in a third one.
  const operator = lab.enroll('--operator', 'alice');
  await lab.reload();
  const settings = ['--nats-url', lab.url, '--nats-ca', lab.ca, '--nats-nkey', operator];
  const words = ['bench', '--lab', 'lab', 'cpu.sha256', '--size', 'tiny', '--wait', '20s', '--json'];
  const [result] = JSON.parse(lab.nestwatch(...words, ...settings)) as Record<string, unknown>[];
  expect(result).toMatchObject({ node: 'secured', benchmark: 'cpu.sha256', outcome: 1, reason: '' });
}, 240_000);
