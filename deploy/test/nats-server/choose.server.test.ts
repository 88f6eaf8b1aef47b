import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { natsServer, natsServers } from '@nestwatch/testkit/nats-servers';
import { expect, test } from 'vitest';
import { labSchema } from '../../lab/settings.ts';
import { startSchema } from '../../local/settings.ts';
import { findTools, NATS_SERVER } from '../../local/tools.ts';
import { chooseNatsServer, natsServerAt } from '../../nats-server/choose.ts';
import { natsServerToStart } from '../../nats-server/for-programs.ts';
import { fits, NEWEST, OLDEST, RELEASES } from '../../nats-server/releases.ts';

const WANTED = { purpose: 'a test', without: 'nothing is started', note: () => undefined };
const signal = new AbortController().signal;

/** What starting with a setting says, and what is started. */
async function toStart(setting: string) {
  const said: string[] = [];
  return { binary: await natsServerToStart(setting, (line) => said.push(line), signal), said };
}

test.each([OLDEST, NEWEST])('%s is here, or is downloaded, and is what it says', async (version) => {
  const found = await natsServer(version);
  if ('reason' in found) {
    expect(found.reason).toMatch(/nats-server from .*; these tests are skipped$/);
    return;
  }
  expect(found.version.startsWith(`${version}.`)).toBe(true);
  const { binary, said } = await toStart(found.binary);
  expect(binary).toBe(found.binary);
  expect(said.filter((line) => line.includes('has known vulnerabilities'))).toHaveLength(
    version === OLDEST ? 1 : 0,
  );
});

test("without a setting the distribution's is started", async () => {
  const [installed] = natsServers();
  expect((await toStart('')).binary).toBe(installed?.binary);
});

test('a path that leads to no nats-server is refused in a line', async () => {
  await expect(toStart('/nowhere/nats-server')).rejects.toThrow(
    /^nats-server not found at \/nowhere\/nats-server$/,
  );
  const other = join(temporaryFolder('other'), 'nats-server');
  writeFileSync(other, '#!/bin/sh\necho "something else 1.2.3"\n');
  chmodSync(other, 0o755);
  await expect(toStart(other)).rejects.toThrow(
    `${other} is not a nats-server: it prints "something else 1.2.3"`,
  );
});

test('a version that Debian does not have is refused with those that it has', async () => {
  await expect(chooseNatsServer('2.11', WANTED)).rejects.toThrow(
    /^Debian has no nats-server 2.11, only 2.9 \(bookworm\), 2.10 \(trixie\), .*; nothing is started$/,
  );
});

test('a version that no mirror gives is refused in a line with package, suite and mirror', async () => {
  const here = await Promise.all(findTools(NATS_SERVER).map(natsServerAt));
  const notHere = RELEASES.map(([version]) => version).find(
    (wanted) => !here.some(({ version }) => fits(version, wanted)),
  );
  const mirror = 'http://127.0.0.1:9/debian';
  const wanted = { ...WANTED, env: { ...process.env, NESTWATCH_DEBIAN_MIRROR: mirror } };
  const cache = temporaryFolder('cache');
  const refused = await chooseNatsServer(`${notHere}`, { ...wanted, cache }).catch(
    (error: Error) => error.message,
  );
  expect(refused).toMatch(
    /^cannot get the packages for a test: nats-server from \w+ at http:\/\/127\.0\.0\.1:9\/debian: .*; nothing is started$/,
  );
});

test('npm start and the lab have the same setting, with one precedence of environment and flags', () => {
  const env = { NESTWATCH_NATS_SERVER: '2.15' };
  for (const schema of [
    { 'nats.server': startSchema['nats.server'] },
    { 'nats.server': labSchema['nats.server'] },
  ]) {
    expect(loadConfig(schema, { env, flags: {} })).toEqual({ 'nats.server': '2.15' });
    expect(loadConfig(schema, { env, flags: { 'nats.server': '2.10' } })).toEqual({ 'nats.server': '2.10' });
  }
});
