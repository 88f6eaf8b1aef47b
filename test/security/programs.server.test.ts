import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CollectorProcess } from '../../deploy/local/programs.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const dir = temporaryFolder('programs');

function secret(name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  chmodSync(file, 0o644);
  return file;
}

describe.each([
  { program: 'nestwatch-agent', more: ['--state-dir', join(dir, 'state')] },
  { program: 'nestwatch-collector', more: ['--http-port', '0', '--influx-url', 'http://127.0.0.1:1'] },
])('$program does not start with a secret that every user can read', ({ program, more }) => {
  const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
  test.each([
    { what: 'a key', flag: '--nats-nkey', file: secret('node.nk', `${seed}\n`) },
    { what: 'credentials', flag: '--nats-creds', file: secret('node.creds', 'whatever is in them') },
    { what: 'a token in its settings', flag: '--config', file: secret('c.yaml', 'nats:\n  token: t0ken\n') },
  ])('$what', ({ flag, file }) => {
    const words = [join(dist, `${program}.mjs`), 'run', ...more, flag, file];
    // A collector waits for InfluxDB, which is not there: it must not wait to refuse.
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 120_000 });
    expect(stderr).toContain(`${file} holds a secret and other users can read it: run "chmod 640 ${file}"`);
    expect(status).toBe(2);
  });
});

describe('a program does not start with settings that others may write', () => {
  const marker = join(dir, 'ran');
  const install = `benchmarks:\n  install:\n    command: [touch, ${marker}]\n`;
  test.each([
    { program: 'nestwatch-agent', words: ['run', '--state-dir', join(dir, 'state')], settings: install },
    { program: 'nestwatch-agent', words: ['bench', 'guest.install'], settings: install },
    { program: 'nestwatch-collector', words: ['run'], settings: 'influx: { url: "http://127.0.0.1:1" }\n' },
    { program: 'nestwatch', words: ['lab'], settings: 'influx: { url: "http://127.0.0.1:1" }\n' },
  ])('$program $words.0', ({ program, words, settings }) => {
    const file = join(dir, 'open.yaml');
    writeFileSync(file, settings);
    chmodSync(file, 0o666);
    const argv = [join(dist, `${program}.mjs`), ...words, '--config', file];
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: 120_000 });
    expect(stderr).toContain(`${file} is writable by everybody, who could change what is in it`);
    expect(status).toBe(2);
    expect(existsSync(marker)).toBe(false);
  });
});

describe('a collector whose addresses hold passwords', () => {
  const SECRET = 's3cret-of-the-test';
  let lab: TestLab;
  let collector: CollectorProcess;

  beforeAll(async () => {
    lab = await createTestLab();
    const held = (url: string) => url.replace('://', `://me:${SECRET}@`);
    collector = await lab.startCollector({
      NATS_URL: held(lab.servers.natsUrl),
      INFLUX_URL: held(lab.servers.influxUrl),
      NESTWATCH_WEBHOOK_URL: `http://127.0.0.1:1/hooks/${SECRET}`,
      NESTWATCH_ALERTMANAGER_URL: `http://me:${SECRET}@127.0.0.1:1`,
    });
  });

  afterAll(() => lab?.[Symbol.asyncDispose]());

  test('prints none: in its log, also when servers go away, and in its metrics', async () => {
    const log = () => readFileSync(join(lab.dir, 'collector.log'), 'utf8');
    for (const name of ['influxd', 'nats-server']) {
      const server = lab.processes.find(name);
      if (server !== undefined) await lab.processes.stop(server);
    }
    await expect.poll(log, { timeout: 30_000 }).toMatch(/connection to NATS lost/);
    await lab.startNats();
    await lab.startInflux();
    expect(log()).toContain('url=http://********@127.0.0.1');
    expect(log()).not.toContain(SECRET);
    expect(await (await fetch(`${collector.url}/metrics`)).text()).not.toContain(SECRET);
  });

  test.each([
    { words: ['--print-config'], shown: 'webhook.url: "http://127.0.0.1:1/********"' },
    { words: ['--help'], shown: '--influx-url' },
    { words: ['run', '--http-port', `x://me:${SECRET}@h`], shown: 'flag --http-port' },
    { words: ['run', '--influx-url', `ftp://me:${SECRET}@h`], shown: 'flag --influx-url' },
    { words: ['run', '--webhook-url', SECRET], shown: 'flag --webhook-url: give an address' },
  ])('nor does $words.0 $words.1', ({ words, shown }) => {
    const env = {
      ...process.env,
      NATS_URL: `nats://me:${SECRET}@127.0.0.1:1`,
      INFLUX_URL: `http://me:${SECRET}@127.0.0.1:1`,
      INFLUX_TOKEN: SECRET,
      ...(words.includes('--webhook-url') ? {} : { NESTWATCH_WEBHOOK_URL: `http://127.0.0.1:1/${SECRET}` }),
    };
    const argv = [join(dist, 'nestwatch-collector.mjs'), ...words];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env, timeout: 120_000 });
    expect(stdout + stderr).toContain(shown);
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('nor does the list of processes show one that was given as a flag', async () => {
    const argv = ['run', '--influx-token', SECRET, '--influx-url', 'http://127.0.0.1:1', '--http-port', '0'];
    const child = lab.processes.start('flags', process.execPath, [
      join(dist, 'nestwatch-collector.mjs'),
      ...argv,
    ]);
    const title = () => readFileSync(`/proc/${child.pid}/cmdline`, 'latin1').replace(/\0/g, ' ').trim();
    await expect.poll(title, { timeout: 30_000 }).toBe('nestwatch-collector');
    await lab.processes.stop(child);
  });

  test.each(['/metrics', '/healthz', '/readyz', '/', '/api/lab', '/events', '/assets/live.js'])(
    'answers %s under its own names only',
    async (path) => {
      const port = Number(new URL(collector.url).port);
      const status = (host: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          const options = { port, host: '127.0.0.1', path, headers: { host }, agent: false };
          request(options, (answer) => {
            resolve(answer.statusCode);
            answer.destroy();
          })
            .once('error', reject)
            .end();
        });
      expect(await status(`rebound.example:${port}`)).toBe(421);
      expect(await status(`localhost:${port}`)).not.toBe(421);
    },
  );
});

test('by default the page and /metrics are on loopback only', async () => {
  await using lab = await createTestLab();
  const port = Number(new URL((await lab.startCollector()).url).port);
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  // proc_net_tcp(5): local address and port in hexadecimal, then the state, 0A for listening.
  const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
      .map((fields) => fields[1]),
  );
  expect(listening).toEqual([`0100007F:${hex}`]);
});
