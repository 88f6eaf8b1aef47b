import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createInviteLab, guestOf, type InviteLab, listPackage, shell, smallPackage } from './invite-lab.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const packages = temporaryFolder('packages');
let lab: InviteLab;

beforeAll(async () => {
  smallPackage(packages);
  lab = await createInviteLab(packages);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

test('installs, enrols and starts the agent by one line, and takes it away by the same', async () => {
  const url = lab.invite();
  const { home, paste, files } = guestOf(lab.dir, 'one');
  const first = await paste(url, '--node', 'one');
  expect(first.output).toMatch(/the first report is confirmed: \S+ \(one\) is (layer \d|a layer)/);
  expect(first.output).toMatch(/it can(not)? host guests under KVM/);
  expect(first.status).toBe(0);
  const key = join(home, '.config/nestwatch/agent.nk');
  const seed = readFileSync(key, 'utf8').trim();
  expect(seed).toMatch(/^SU/);
  expect(statSync(key).mode & 0o077).toBe(0o040);
  expect(lab.members()).toContain('# node lab/one');
  // The seed stays there.
  expect(readFileSync(join(lab.dir, 'logs/collector.log'), 'utf8')).not.toContain(seed);
  expect(readFileSync(join(home, '.config/nestwatch/agent.yaml'), 'utf8')).toContain('url: tls://127.0.0.1:');

  const gone = await paste(url, '--remove');
  expect(gone.output).toContain('one left lab lab');
  expect(gone.status, gone.output).toBe(0);
  expect(files().filter((name) => name.includes('nestwatch'))).toEqual([]);
  expect(lab.members()).not.toContain('# node lab/one');
});

test('a guest that is gone is forgotten: its key ends, and its id is free for the next', async () => {
  const old = guestOf(lab.dir, 'old');
  expect((await old.paste(lab.invite(), '--node', 'rebuilt')).status).toBe(0);
  const wait = ['--reload', join(import.meta.dirname, '../../deploy/nats/reload.sh')];
  const forget = () =>
    lab.operate(
      ...['forget', 'rebuilt', '--lab', 'lab', '--json', '--influx-url', lab.influxUrl],
      ...['--accounts', lab.accounts, ...wait, '--pid', String(lab.processes.find('nats-server')?.pid)],
    );
  const nodes = () => {
    const known = JSON.parse(lab.nestwatch('lab', 'lab', '--json', '--influx-url', lab.influxUrl)) as {
      node: string;
    }[];
    return known.map(({ node }) => node);
  };
  expect(nodes()).toContain('rebuilt');
  expect(JSON.parse(forget())).toMatchObject({
    node: 'rebuilt',
    key: 'revoked',
    placed: true,
    released: true,
  });
  expect(lab.members()).not.toContain('# node lab/rebuilt');
  const state = join(old.home, '.local/state/nestwatch-agent');
  const log = () => readFileSync(join(state, 'agent.log'), 'utf8');
  await expect.poll(log, PATIENT).toContain('NATS refuses the login');
  expect(nodes()).not.toContain('rebuilt');
  process.kill(Number(readFileSync(join(state, 'nestwatch-agent.pid'), 'utf8')));
  expect(forget).toThrow(/has no node rebuilt/);
  const { paste } = guestOf(lab.dir, 'anew');
  const url = lab.invite();
  expect((await paste(url, '--node', 'rebuilt')).output).toContain('the first report is confirmed');
  expect(nodes()).toContain('rebuilt');
  expect((await paste(url, '--remove')).status).toBe(0);
});

test('a container joins once by its invitation, and starts again with the key that it has', async () => {
  const state = join(lab.dir, 'container-state');
  mkdirSync(state);
  const url = new URL(lab.invite());
  const run = (name: string, more: Readonly<Record<string, string>>) => {
    const env = {
      ...{ NESTWATCH_AGENT: join(import.meta.dirname, '../../dist/nestwatch-agent.mjs') },
      ...{ NESTWATCH_LAB: 'lab', NESTWATCH_NODE: 'pod', NESTWATCH_STATE_DIR: state },
      ...{ NESTWATCH_NATS_URL: lab.url, NESTWATCH_NATS_CA: lab.ca, ...more },
    };
    const start = join(import.meta.dirname, '../../deploy/container/start.sh');
    return lab.processes.start(name, 'sh', [start, 'run'], { env, onDeath: () => undefined });
  };
  const invitation = { NESTWATCH_INVITATION: url.pathname.slice('/i/'.length) };
  const alone = run('container-alone', invitation);
  expect((await once(alone, 'exit'))[0]).toBe(2);
  const joined = { ...invitation, NESTWATCH_COLLECTOR: url.origin };
  const first = run('container', joined);
  const says = () => lab.nestwatch('lab', 'lab', '--json', '--influx-url', lab.influxUrl);
  await expect.poll(says, PATIENT).toContain('"pod"');
  expect(lab.members()).toContain('# node lab/pod');
  await lab.processes.stop(first);
  // The invitation is spent: what it has is its key.
  const again = run('container-again', joined);
  const log = () => readFileSync(join(lab.dir, 'logs/container-again.log'), 'utf8');
  await expect.poll(log, PATIENT).toContain('connected to NATS');
  await lab.processes.stop(again);
});

test('what cannot work is said in one line, and leaves nothing behind', async () => {
  const { home, paste, files } = guestOf(lab.dir, 'two');
  const empty = () => expect(files().filter((name) => name.includes('nestwatch'))).toEqual([]);
  const refused = async (url: string, line: RegExp, ...options: string[]) => {
    const { status, output } = await paste(url, ...options);
    expect(output).toMatch(line);
    expect(output).not.toMatch(/unbound|syntax|not found\n.*line/);
    expect(status).not.toBe(0);
    empty();
  };
  await refused(
    `${lab.base}/i/${'a'.repeat(26)}`,
    /^nestwatch: unknown invitation\. Nothing was changed\.$/m,
  );
  await refused(
    lab.invite('--ttl', '1ms'),
    /^nestwatch: this invitation expired at .*Nothing was changed\.$/m,
  );
  const url = lab.invite('--uses', '2');
  await refused(url, /^nestwatch: --nonsense is not an option; known:/m, '--nonsense');
  await refused(url, /^nestwatch: "a\/b" cannot be a node's id/m, '--node', 'a/b');
  // An id that somebody has, with or without an invitation of his own.
  lab.enroll('taken', '--lab', 'lab');
  await lab.reload();
  await refused(url, /^nestwatch: the id taken belongs to another key/m, '--node', 'taken');
  expect(lab.members().match(/# node lab\/taken/g)).toHaveLength(1);
  // A package that is not what the script says, or that is no package.
  listPackage(packages, 'nestwatch-agent-1.0.0-linux-x64.tar.xz', '1.0.0', 'a'.repeat(64));
  await refused(
    url,
    /does not match the invitation \(SHA-256 [0-9a-f]{64} instead of a{64}\).*Nothing was changed\.$/m,
  );
  smallPackage(packages, '1.0.2');
  // A machine for which there is no package, and one without what it takes.
  const script = await (await fetch(url)).text();
  const tools = join(home, 'tools');
  mkdirSync(tools);
  const withTools = (names: readonly string[], uname = 'x86_64') => {
    for (const name of ['uname', ...names]) {
      const body =
        name === 'uname' ? `[ "$1" = -s ] && echo Linux || echo ${uname}` : `exec /usr/bin/${name} "$@"`;
      writeFileSync(join(tools, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    }
    return shell('/bin/sh', ['-c', script, 'sh', '--user'], { HOME: home, PATH: tools, TMPDIR: home });
  };
  expect((await withTools([], 'aarch64')).output).toMatch(/^nestwatch: no package for aarch64/);
  const basic = ['grep', 'id', 'cat', 'rm', 'mktemp', 'df', 'tail'];
  expect((await withTools(basic)).output).toMatch(/^nestwatch: sha256sum is missing/);
  expect((await withTools([...basic, 'sha256sum'])).output).toMatch(
    /^nestwatch: neither curl nor wget is installed/,
  );
  expect((await withTools([...basic, 'curl'])).output).toMatch(/^nestwatch: tar is missing/);
  expect((await withTools([...basic, 'tar'])).output).toMatch(/^nestwatch: xz is missing/);
  empty();
});

test('a second token of the same invitation, a stranger’s signature and what is not served get nothing', async () => {
  const get = async (path: string) => (await fetch(`${lab.base}${path}`)).status;
  expect(await get('/')).toBe(404);
  expect(await get('/p/manifest.json')).toBe(404);
  expect(await get('/p/..%2f..%2fetc%2fpasswd')).toBe(404);
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${lab.base}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  const { nonce } = (await (await fetch(`${lab.base}/nonce`)).json()) as { nonce: string };
  const claim = { lab: 'lab', node: 'taken', nonce, signature: `${'A'.repeat(86)}==` };
  const unknown = { status: 403, body: { error: 'unknown node id or key' } };
  expect(await post('/leave', claim)).toEqual(unknown);
  expect(await post('/state', { ...claim, node: 'nobody' })).toEqual(unknown);
  expect(await post('/state', { ...claim, nonce: 'old' })).toMatchObject({ status: 403 });
  expect(await post('/state', { ...claim, signature: 'x'.repeat(5000) })).toMatchObject({ status: 413 });
  const log = readFileSync(join(lab.dir, 'logs/collector.log'), 'utf8');
  expect(log).toMatch(/a node used an invitation.*one/);
});
