import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createTestLab } from '@nestwatch/testkit/lab';
import { describe, expect, test } from 'vitest';

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
