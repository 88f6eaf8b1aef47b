import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { accountsText } from '../../../../src/cli/enroll/accounts/accounts-text.ts';
import { blockLines, findBlocks } from '../../../../src/cli/enroll/accounts/blocks.ts';
import { enroll } from '../../../../src/cli/enroll.ts';
import type { UserSchema } from '../../../../src/cli/settings.ts';

let dir = '';
let said = '';

beforeEach(() => {
  dir = temporaryFolder('leaf');
  mkdirSync(at('tls'));
  for (const name of ['server.pem', 'server.key', 'ca.pem']) writeFileSync(at(`tls/${name}`), `${name}\n`);
  writeFileSync(at('nats-server.conf'), SERVER);
});

const SERVER = 'server_name: nestwatch\ninclude "accounts.conf"\n';
const REMOTE = 'tls://nats.example.org:7443';
const at = (name: string) => join(dir, name);
const textOf = (name: string) => readFileSync(at(name), 'utf8');
const file = () => accountsText(textOf('accounts.conf'));
/** All files below the folder, with their texts. */
const all = () =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort()
    .map((path) => [path.slice(dir.length + 1), readFileSync(path, 'utf8')]);

function run(options: Record<string, string | true>, words: readonly string[] = []): Promise<number> {
  said = '';
  const stderr = {
    write(text: string) {
      said += text;
    },
  };
  const given = { accounts: at('accounts.conf'), ...options };
  const context = { words, options: given, stdout: stderr, stderr };
  return enroll(context as unknown as CommandContext<UserSchema>);
}

const leaf = (name: string, options: Record<string, string | true> = {}) =>
  run({ leaf: name, lab: 'lab', remote: REMOTE, folder: at(`${name}-leaf`), ...options });

test('a site gets an account for its labs only, the server takes leaf nodes, and a folder has what the site needs', async () => {
  await leaf('berlin', { lab: 'lab,training' });
  expect(file().sites).toEqual([{ name: 'berlin', labs: ['lab', 'training'], store: false }]);
  expect(textOf('accounts.conf')).toContain('subject: "nestwatch.training.*.sample"');
  expect(textOf('accounts.conf')).toMatch(
    /KV_nestwatch_watermarks\S+\.lab\.\*\.\*" \}, to: "nestwatch\.lab\.\*\.confirmed\.\*"/,
  );
  expect(textOf('accounts.conf')).not.toContain('nestwatch-source');
  expect(textOf('leafnodes.conf')).toContain('listen: "0.0.0.0:7443"');
  expect(textOf('leafnodes.conf')).toContain('advertise: "nats.example.org:7443"');
  expect(textOf('nats-server.conf')).toContain('include "leafnodes.conf"');
  const [, password = ''] =
    /site\.berlin:([^@]+)@nats\.example\.org:7443/.exec(textOf('berlin-leaf/leaf.conf')) ?? [];
  expect(password).toHaveLength(43);
  expect(statSync(at('berlin-leaf/leaf.conf')).mode & 0o777).toBe(0o600);
  expect(textOf('accounts.conf')).not.toContain(password);
  expect(textOf('berlin-leaf/centre.pem')).toBe('ca.pem\n');
  expect(textOf('berlin-leaf/nats-server.conf')).not.toContain('jetstream');
  expect(said).toMatch(
    /restart nats-server once[\s\S]*site berlin is in .*twice[\s\S]*berlin-leaf has the files/,
  );
});

test('repeated, it changes nothing; --remove leaves what was there before', async () => {
  await run({ lab: 'other', key: at('a.nk') }, ['a']);
  const before = all();
  for (const store of [{}, { store: true }] as const) {
    await leaf('berlin', store);
    const made = all();
    await leaf('berlin', store);
    expect(all()).toEqual(made);
    expect(said).toBe('no change: site berlin is set up like this already\n');
    await leaf('berlin', { remove: true });
    expect(all()).toEqual(before);
    await leaf('berlin', { remove: true });
    expect(said).toBe('no change: there is no site berlin\n');
  }
});

test('a site that keeps messages passes no reports on: collectors have them from its stream', async () => {
  await leaf('berlin', { store: true });
  await leaf('rome', { store: true, lab: 'rome' });
  const text = textOf('accounts.conf');
  expect(text).not.toMatch(/service: \{ account: NESTWATCH, subject: "nestwatch\.lab\.\*\.sample"/);
  expect(text).toContain('{ service: { account: "site/rome", subject: "$JS.FC.NESTWATCH_rome.>" } }');
  expect(textOf('berlin-leaf/nats-server.conf')).toContain('domain: "berlin"');
  expect(textOf('berlin-leaf/accounts.conf')).toContain('jetstream: enabled');
  await leaf('rome', { remove: true });
  expect(textOf('accounts.conf')).toContain('account: "site/berlin"');
  expect(textOf('accounts.conf')).not.toContain('site/rome');
  expect(existsSync(at('leafnodes.conf'))).toBe(true);
});

test('a name or a lab that another site has is refused; a lost folder needs a new password, more labs do not', async () => {
  await leaf('berlin');
  const before = all();
  await expect(leaf('berlin', { folder: at('elsewhere') })).rejects.toThrow(
    /site berlin exists with another password.*does another site have this name\? --replace ends/,
  );
  await expect(leaf('rome')).rejects.toThrow('lab lab belongs to site berlin');
  expect(all()).toEqual(before);
  rmSync(at('berlin-leaf'), { recursive: true });
  await leaf('berlin', { lab: 'lab,more', refresh: true });
  expect(file().sites).toEqual([{ name: 'berlin', labs: ['lab', 'more'], store: false }]);
  expect(existsSync(at('berlin-leaf'))).toBe(false);
  const [old] = file().keysOf('site berlin');
  await leaf('berlin', { replace: true });
  expect(file().keysOf('site berlin')).not.toContain(old);
  await leaf('berlin');
  expect(said).toMatch('no change');
});

test('nodes of the site are enrolled into its own accounts, which stay when the site is enrolled again', async () => {
  await leaf('berlin');
  await run({ accounts: at('berlin-leaf/accounts.conf'), lab: 'lab', key: at('a.nk') }, ['a']);
  const text = textOf('berlin-leaf/accounts.conf');
  expect(accountsText(text).names).toEqual(['node lab/a']);
  expect(text).toContain('mappings: {');
  await leaf('berlin', { remote: 'tls://other.example.org' });
  expect(textOf('berlin-leaf/accounts.conf')).toBe(text);
  expect(textOf('berlin-leaf/leaf.conf')).toContain('@other.example.org"');
  await leaf('berlin', { remove: true });
  expect(readdirSync(at('berlin-leaf'))).toEqual(['accounts.conf']);
});

test('members of before may open no leaf nodes from then on', async () => {
  await run({ lab: 'lab', key: at('a.nk') }, ['a']);
  const lines = textOf('accounts.conf').split('\n');
  const { from, to, body } = findBlocks(lines).find(({ name }) => name === 'node lab/a') ?? {
    from: 0,
    to: 0,
    body: [],
  };
  const older = body.map((line) => line.replace('max_leafnodes: 0, ', ''));
  writeFileSync(
    at('accounts.conf'),
    [...lines.slice(0, from), ...blockLines('node lab/a', '', older), ...lines.slice(to + 1)].join('\n'),
  );
  await leaf('berlin');
  expect(textOf('accounts.conf')).toContain('max_conn: 32, max_leafnodes: 0');
});

test.each([
  [{ leaf: 'a b' }, /"a b" cannot be the name of a site: it contains " "/],
  [{ leaf: '' }, /cannot be the name of a site: it is empty/],
  [{ remote: 'nats://x:4222' }, /--remote nats:\/\/x:4222 is not an address such as tls:/],
  [{ remote: 'tls://me:secret@x' }, /is not an address such as/],
  [{ remote: '' }, /name the address of this NATS as the site sees it: --remote/],
  [{ lab: 'read' }, /read is reserved/],
  [{ collector: true }, /leave out --collector/],
  [{ tls: '/nowhere' }, /\/nowhere\/server.pem is missing/],
] as const)('%j is refused, and nothing is written', async (options, message) => {
  const before = all();
  await expect(leaf('berlin', { ...options })).rejects.toThrow(message);
  expect(all()).toEqual(before);
});

test('options of a site are refused without one, and imports of somebody else are named', async () => {
  await expect(run({ store: true }, ['a'])).rejects.toThrow('--store goes with --leaf SITE');
  await run({ lab: 'lab', key: at('a.nk') }, ['a']);
  writeFileSync(
    at('accounts.conf'),
    textOf('accounts.conf').replace('    exports: [', '    imports: [ ]\n    exports: ['),
  );
  await expect(leaf('berlin', { store: true })).rejects.toThrow(
    /line \d+: the account NESTWATCH has imports of your own/,
  );
  await leaf('berlin');
});

test('what was changed by hand in leafnodes.conf stays', async () => {
  await leaf('berlin');
  writeFileSync(at('leafnodes.conf'), textOf('leafnodes.conf').replace('7443', '7500'));
  await leaf('berlin');
  expect(textOf('leafnodes.conf')).toContain('7500');
  await leaf('berlin', { remove: true });
  expect(said).toMatch(/leafnodes.conf was changed by hand, so it stays/);
});
