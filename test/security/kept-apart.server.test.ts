import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { natsSettings } from '@nestwatch/common/config/connection';
import { loadConfig } from '@nestwatch/common/config/load';
import type { Log } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats } from '@nestwatch/common/nats/connect';
import { inboxPrefix, subjects } from '@nestwatch/proto';
import { influxHeaders, startTestInflux } from '@nestwatch/testkit/influx';
import { expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { createSecuredLab, type Way } from './secured-lab.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const noDeath = () => undefined;
const SHARED = 'nodes share the NATS account that has JetStream';

/** What agent and collector say until the agent's clock is synced, with users kept in a way, or with a token for all. */
async function linesOf(way: Way | 'token'): Promise<{ agent: string; collector: string }> {
  await using lab = await createSecuredLab(way === 'token' ? 'users' : way);
  const key = lab.enroll('n1', '--lab', 'lab');
  if (way === 'token') {
    const file = join(lab.conf, 'nats-server.conf');
    writeFileSync(file, readFileSync(file, 'utf8').replace('include "users.conf"', 'token: "t0ken"'));
    await lab.restart(() => undefined, { 'nats.token': 't0ken' });
  } else await lab.reload();
  const influx = await startTestInflux(lab.processes, lab.dir);
  const servers = { natsUrl: lab.url, influxUrl: influx.url };
  const login =
    way === 'token'
      ? { NESTWATCH_NATS_TOKEN: 't0ken' }
      : { NESTWATCH_NATS_NKEY: join(lab.dir, '--collector.nk') };
  const env = { NESTWATCH_NATS_CA: lab.ca, ...login };
  const { signal } = new AbortController();
  await startCollector(lab.processes, dist, servers, await freePort(), noDeath, signal, env);
  const settings = {
    ...{ lab: 'lab', node: 'n1', interval: '1s', 'nats-ca': lab.ca, 'state-dir': join(lab.dir, 'agent') },
    ...(way === 'token' ? { 'nats-token': 't0ken' } : { 'nats-nkey': key }),
  };
  startAgent(lab.processes, dist, servers, settings, noDeath);
  const logOf = (name: string) => readFileSync(join(lab.dir, 'logs', `${name}.log`), 'utf8');
  await waitUntil(
    async () =>
      /"series"/.test(
        await (
          await fetch(`${influx.url}/query?db=nestwatch&q=SELECT+*+FROM+nestwatch_load+LIMIT+1`, {
            headers: influxHeaders(),
          })
        ).text(),
      ) && logOf('agent').includes('connected to NATS'),
    { what: 'a sample', limitMs: 60_000, tail: () => logOf('agent') },
  );
  return { agent: logOf('agent'), collector: logOf('collector') };
}

const count = (text: string, part: string) => text.split(part).length - 1;

test('with a file of users, agent and collector say once that nothing is kept apart, and what to do', async () => {
  const { agent, collector } = await linesOf('users');
  for (const said of [agent, collector]) {
    expect(count(said, SHARED)).toBe(1);
    expect(said).toContain('give each program a key of its own with "nestwatch enroll"');
  }
});

test('with a token for all, they say so when they start', async () => {
  const { agent, collector } = await linesOf('token');
  for (const said of [agent, collector])
    expect(count(said, 'a login by nats.token isolates nothing')).toBe(1);
  expect(agent).not.toContain(SHARED);
});

test('with an account for each, nobody complains', async () => {
  const { agent, collector } = await linesOf('accounts');
  expect(agent + collector).not.toMatch(/isolates|control|permission/i);
});

test('a node that was enrolled for an older version is told to be enrolled anew', async () => {
  await using lab = await createSecuredLab();
  const key = lab.enroll('n1', '--lab', 'lab');
  const file = join(lab.conf, 'accounts.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"nestwatch.lab.n1.turn", ', ''));
  await lab.reload();
  const said: string[] = [];
  const say = (text: string, fields?: object) => void said.push(`${text} ${JSON.stringify(fields)}`);
  const log = { debug: say, info: say, warn: say, error: say } as unknown as Log;
  const flags = { 'nats.url': lab.url, 'nats.ca': lab.ca, 'nats.nkey': key };
  const access = await natsAccess(loadConfig(natsSettings, { env: {}, flags }));
  const { signal } = new AbortController();
  const options = { url: lab.url, name: 'n1', log, signal, access, inboxPrefix: inboxPrefix('lab', 'n1') };
  const connection = await connectNats(options);
  await expect(connection?.request(subjects.turn('lab', 'n1'), '', { timeout: 20_000 })).rejects.toThrow(
    'Permissions Violation',
  );
  await expect
    .poll(() => said.join('\n'))
    .toMatch(/NATS denied a publish or a subscription .*older version: enrol it again with/);
  await connection?.close();
});
