import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, nkeys } from '@nats-io/transport-node';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses } from '@nestwatch/deploy/local/processes';
import { findTool } from '@nestwatch/deploy/local/tools';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeAll, expect, test } from 'vitest';
import { natsSettings } from '../../src/config/connection.ts';
import { loadConfig } from '../../src/config/load.ts';
import { natsAccess } from '../../src/nats/access.ts';

let dir: string;

beforeAll(() => {
  dir = temporaryFolder('access');
});

const accessOf = (flags: Record<string, string>) => natsAccess(loadConfig(natsSettings, { env: {}, flags }));
const access = (flags: Record<string, string>) => accessOf(flags).then(({ options }) => options);

function secret(name: string, text: string, mode = 0o600): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const seed = () => new TextDecoder().decode(nkeys.createUser().getSeed());

test('what cannot work is refused, naming the setting and the way out', async () => {
  await expect(access({ 'nats.token': 't', 'nats.user': 'u' })).rejects.toThrow(
    'nats.token and nats.user are both set',
  );
  await expect(access({ 'nats.nkey': join(dir, 'none') })).rejects.toThrow('nats.nkey: cannot read');
  await expect(access({ 'nats.nkey': secret('nonsense', 'hello') })).rejects.toThrow(
    'holds no NKey seed of a user',
  );
  await expect(access({ 'nats.nkey': secret('open', seed(), 0o644) })).rejects.toThrow('run "chmod 640');
  await expect(access({ 'nats.creds': secret('open.creds', 'x', 0o604) })).rejects.toThrow('run "chmod 640');
  await expect(access({ 'nats.creds': secret('text.creds', 'hello') })).rejects.toThrow(
    'holds no credentials: no JWT',
  );
  await expect(access({ 'nats.cert': secret('cert', 'x') })).rejects.toThrow(
    'nats.cert and nats.key go together',
  );
  await expect(access({ 'nats.ca': join(dir, 'none') })).rejects.toThrow('nats.ca: cannot read');
});

test('a seed may have comments around it, and its group may read it', async () => {
  const file = secret('commented', `# guest3\n\n${seed()}\n`, 0o640);
  expect((await access({ 'nats.nkey': file })).authenticator).toBeDefined();
});

test('without any of the settings nothing is proven and nothing demanded', async () => {
  expect(await access({})).toEqual({});
  // The certificate is looked at in passing, for when it ends.
  expect(await access({ 'nats.url': 'tls://nats.example.org:4222' })).toEqual({
    tls: { checkServerIdentity: expect.any(Function) },
  });
});

test('a real server takes token, user and key, and refuses all else', async () => {
  const processes = createProcesses(join(dir, 'logs'));
  const pair = nkeys.createUser();
  const key = secret('user.nk', new TextDecoder().decode(pair.getSeed()));
  const ways: [string, Record<string, string>][] = [
    ['token: "t0ken"', { 'nats.token': 't0ken' }],
    ['user: "u", password: "p"', { 'nats.user': 'u', 'nats.password': 'p' }],
    [`users: [{ nkey: ${pair.getPublicKey()} }]`, { 'nats.nkey': key }],
  ];
  try {
    for (const [authorization, flags] of ways) {
      const port = await freePort();
      const file = secret(
        `${port}.conf`,
        `listen: "127.0.0.1:${port}"\nauthorization { ${authorization} }\n`,
      );
      const binary = findTool({ command: 'nats-server' }) ?? 'nats-server';
      const child = processes.start(`nats-${port}`, binary, ['-c', file]);
      const attempt = (options: object) =>
        connect({ port, reconnect: false, timeout: 20_000, ...options }).then(
          (connection) => connection.close().then(() => 'connected'),
          (error: Error) => String(error),
        );
      await waitUntil(async () => (await attempt(await access(flags))) === 'connected', {
        what: authorization,
        child,
        limitMs: 60_000,
      });
      expect(await attempt({})).toMatch(/authorization/i);
      for (const [, others] of ways.filter((way) => way[1] !== flags)) {
        expect(await attempt(await access(others))).toMatch(/authorization/i);
      }
    }
  } finally {
    await processes.stopAll();
  }
}, 180_000);
