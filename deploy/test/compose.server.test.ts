import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { freePort } from '../local/ports.ts';
import { createProcesses } from '../local/processes.ts';
import { findTool, NATS_SERVER } from '../local/tools.ts';
import { waitUntil } from '../local/wait.ts';
import { run } from './tool.ts';

const deploy = resolve(import.meta.dirname, '..');
const nestwatch = resolve(deploy, '../dist/nestwatch.mjs');

test('passwords are long, random and never a bare number', () => {
  const script = join(deploy, 'compose/make-env.sh');
  const [one, two] = [run('sh', [script]).output, run('sh', [script]).output];
  const secrets = [...one.matchAll(/^(?!COMPOSE|NESTWATCH_ADDRESS)(\w+)=(.*)$/gm)];
  expect(run('sh', [script, 'lab.example.org']).output).toContain('NESTWATCH_ADDRESS=lab.example.org\n');
  // NATS has keys instead, made by the service `accounts`.
  expect(secrets.map(([, name]) => name)).toEqual(['INFLUX_PASSWORD', 'INFLUX_TOKEN', 'GRAFANA_PASSWORD']);
  for (const [, , secret] of secrets) {
    expect(secret).toMatch(/^t[0-9a-f]{48}$/);
    expect(two).not.toContain(secret);
  }
});

test('what the service accounts makes is what NATS and the collector need, and making it again changes nothing', async () => {
  const dir = temporaryFolder('compose');
  for (const each of ['accounts', 'keys', 'authority', 'tls']) mkdirSync(join(dir, each));
  const prepare = () => {
    const { status, output } = run(
      'sh',
      [join(deploy, 'compose/prepare.sh'), '192.0.2.7', 'lab.example.org'],
      {
        ROOT: dir,
        NESTWATCH_PROGRAM: nestwatch,
        NESTWATCH_CERTIFICATES: join(deploy, 'nats/certificates.sh'),
      },
    );
    expect(status, output).toBe(0);
    return ['keys/collector.nk', 'keys/ca.pem'].map((name) => readFileSync(join(dir, name), 'utf8'));
  };
  const [key = '', ca = ''] = prepare();
  expect(prepare()).toEqual([key, ca]);
  const names = run('openssl', [
    'x509',
    '-in',
    join(dir, 'tls/server.pem'),
    '-noout',
    '-ext',
    'subjectAltName',
  ]);
  for (const name of ['DNS:nats', 'IP Address:192.0.2.7', 'DNS:lab.example.org'])
    expect(names.output).toContain(name);

  await using processes = { ...createProcesses(dir), [Symbol.asyncDispose]: () => processes.stopAll() };
  const port = await freePort();
  const conf = readFileSync(join(deploy, 'compose/nats.conf'), 'utf8')
    .replace('port: 4222', `listen: "127.0.0.1:${port}"`)
    .replace(/^http:.*\n/m, '')
    .replaceAll('/etc/nats/tls', join(dir, 'tls'))
    .replace('/data', JSON.stringify(join(dir, 'data')));
  writeFileSync(join(dir, 'nats.conf'), conf);
  const binary = findTool(NATS_SERVER) ?? NATS_SERVER.command;
  const child = processes.start('nats-server', binary, ['-c', join(dir, 'nats.conf')]);
  const servers = `tls://127.0.0.1:${port}`;
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(key.trim()));
  const logIn = () => connect({ servers, authenticator, tls: { ca }, reconnect: false });
  await waitUntil(
    () =>
      logIn().then(
        (connection) => connection.close().then(() => true),
        () => false,
      ),
    { what: 'NATS as compose starts it', child },
  );
  await expect(connect({ servers, tls: { ca }, reconnect: false })).rejects.toThrow(
    /authorization|violation/i,
  );
  await expect(connect({ servers, authenticator, reconnect: false })).rejects.toThrow();
});

test('accounts.sh prints a key, and lets NATS take the accounts over twice', () => {
  const dir = temporaryFolder('compose');
  // Stands in for docker: runs `nestwatch` here, and writes down all else.
  const docker = [
    '#!/bin/sh',
    `echo "$*" >>${dir}/calls`,
    'while [ $# -gt 0 ] && [ "$1" != nestwatch ]; do shift; done',
    '[ $# -gt 0 ] || exit 0',
    'shift',
    `exec ${process.execPath} ${nestwatch} $(echo "$*" | sed 's#/accounts/#${dir}/#')`,
  ];
  writeFileSync(join(dir, 'docker'), `${docker.join('\n')}\n`);
  chmodSync(join(dir, 'docker'), 0o755);
  const compose = join(dir, 'compose');
  mkdirSync(compose);
  copyFileSync(join(deploy, 'compose/accounts.sh'), join(compose, 'accounts.sh'));
  const accounts = (...words: string[]) =>
    run('env', [`PATH=${dir}:${process.env['PATH']}`, 'sh', join(compose, 'accounts.sh'), ...words]);
  expect(accounts('enroll', 'guest3', '--lab', 'training').output).toMatch(/^SU[A-Z2-7]{56}$/m);
  expect(readFileSync(join(dir, 'accounts.conf'), 'utf8')).toContain('# node training/guest3');
  accounts('revoke', 'guest3', '--lab', 'training');
  expect(readFileSync(join(dir, 'accounts.conf'), 'utf8')).not.toContain('guest3');
  expect(readFileSync(join(dir, 'calls'), 'utf8').match(/kill -s HUP nats/g)).toHaveLength(4);
});
