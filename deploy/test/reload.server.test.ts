import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test } from 'vitest';
import { startServer } from '../local/nats.ts';
import { freePort } from '../local/ports.ts';
import { createProcesses } from '../local/processes.ts';
import { findTool, NATS_SERVER } from '../local/tools.ts';
import { run } from './tool.ts';

const top = resolve(import.meta.dirname, '../..');

test('after reload.sh a node that was enrolled a moment ago reaches collectors', async () => {
  const dir = temporaryFolder('reload');
  const enroll = (...words: string[]) => {
    const all = ['enroll', ...words, '--accounts', join(dir, 'accounts.conf'), '--key', '-'];
    const program = join(top, 'dist/nestwatch.mjs');
    const seed = execFileSync(process.execPath, [program, ...all], { stdio: 'pipe' })
      .toString()
      .trim();
    return nkeyAuthenticator(new TextEncoder().encode(seed));
  };
  const collector = enroll('--collector');
  const port = await freePort();
  await using processes = { ...createProcesses(dir), [Symbol.asyncDispose]: () => processes.stopAll() };
  const config = [`listen: "127.0.0.1:${port}"`, 'include "accounts.conf"'];
  const binary = findTool(NATS_SERVER) ?? NATS_SERVER.command;
  const server = { name: 'nats-server', binary, dir, port, flag: '-c', config };
  const logIn = (authenticator: ReturnType<typeof enroll>, options = {}) =>
    connect({ port, authenticator, reconnect: false, ...options });
  await startServer(processes, server, () =>
    logIn(collector).then(
      (connection) => connection.close().then(() => true),
      () => false,
    ),
  );
  const answering = await logIn(collector);
  answering.subscribe('nestwatch.*.*.sync', { callback: (_, message) => void message.respond('here') });
  await answering.flush();

  const node = enroll('a', '--lab', 'lab');
  const pid = String(processes.find('nats-server')?.pid);
  const reload = join(top, 'deploy/nats/reload.sh');
  const path = { PATH: `${process.env['PATH']}:/usr/sbin` };
  expect(run(reload, [join(dir, 'nats-server.conf'), pid], path)).toMatchObject({ status: 0 });
  // The server may still be taking it over, and then ends new connections.
  const ask = async () => {
    const asking = await logIn(node, { inboxPrefix: '_INBOX.lab.a' });
    const answer = await asking.request('nestwatch.lab.a.sync', '', { timeout: 5000 });
    await asking.close();
    return answer.string();
  };
  await expect.poll(() => ask().catch(String), PATIENT).toBe('here');

  // A configuration that is wrong is not taken over: what runs goes on.
  writeFileSync(join(dir, 'accounts.conf'), 'accounts {');
  expect(run(reload, [join(dir, 'nats-server.conf'), pid], path).status).not.toBe(0);
  await answering.close();
});
