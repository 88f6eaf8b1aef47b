import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { accountsText } from '../../../src/cli/enroll/accounts/accounts-text.ts';
import { enroll } from '../../../src/cli/enroll.ts';
import { revoke } from '../../../src/cli/revoke.ts';
import type { UserSchema } from '../../../src/cli/settings.ts';

let dir = '';
let out = '';
let said = '';
beforeEach(() => {
  dir = temporaryFolder('enroll');
  [out, said] = ['', ''];
});

type Options = Record<string, string | true>;

function run(command: typeof enroll, words: readonly string[], options: Options): Promise<number> {
  const context = {
    words,
    options,
    stdout: {
      write(text: string) {
        out += text;
      },
    },
    stderr: {
      write(text: string) {
        said += text;
      },
    },
  };
  return command(context as unknown as CommandContext<UserSchema>);
}

let made = 0;
const at = (name: string) => join(dir, name);
const add = (words: readonly string[], options: Options = {}) => {
  made += 1;
  return run(enroll, words, { accounts: at('accounts.conf'), key: at(`${made}.nk`), ...options });
};
const file = () => accountsText(readFileSync(at('accounts.conf'), 'utf8'));

test('a node is enrolled with a key that only its owner can read, and it is said what to do', async () => {
  await add(['a'], { lab: 'lab', key: at('a.nk') });
  expect(statSync(at('a.nk')).mode & 0o777).toBe(0o600);
  expect(file().keysOf('node lab/a')).toHaveLength(1);
  expect(said).toMatch(/node lab\/a is in .*accounts.conf: run "nats-server --signal reload" twice/);
});

test('a node that is enrolled twice keeps its key; --replace ends that, with --rotate it has both for a while', async () => {
  await add(['a']);
  const [first] = file().keysOf('node default/a');
  await expect(add(['a'])).rejects.toThrow(
    /node default\/a exists with another key: --rotate adds this key beside that one, --replace ends/,
  );
  await expect(add(['a'], { key: '-' })).rejects.toThrow(/exists with another key/);
  expect(out).toBe('');
  expect(file().keysOf('node default/a')).toEqual([first]);
  await add(['a'], { 'public-key': first ?? '' });
  await add(['a'], { replace: true });
  const [second] = file().keysOf('node default/a');
  expect(second).not.toBe(first);
  await add(['a'], { rotate: true });
  const [, third] = file().keysOf('node default/a');
  expect(file().keysOf('node default/a')).toEqual([second, third]);
  await run(revoke, ['a'], { accounts: at('accounts.conf'), 'old-key': true });
  expect(file().keysOf('node default/a')).toEqual([third]);
  await expect(run(revoke, ['a'], { accounts: at('accounts.conf'), 'old-key': true })).rejects.toThrow(
    /has only one key.*--rotate/,
  );
  await run(revoke, ['a'], { accounts: at('accounts.conf') });
  expect(file().names).toEqual([]);
});

test('the seed can be printed, and a public key given', async () => {
  await add(['a'], { key: '-' });
  expect(out).toMatch(/^SU[A-Z2-7]{56}\n$/);
  await add(['b'], { 'public-key': `U${'A'.repeat(55)}` });
  expect(file().keysOf('node default/b')).toEqual([`U${'A'.repeat(55)}`]);
  await expect(add(['c'], { 'public-key': `U${'A'.repeat(55)}` })).rejects.toThrow(
    'already belongs to node default/b',
  );
});

test.each([
  [['a'], { lab: 'my lab' }, /"my lab" cannot be the name of a lab: it contains " "/],
  [['a'], { lab: 'a.b' }, /it contains "."/],
  [['ä'], {}, /"ä" cannot be the name of a node: it contains "ä"/],
  [['-a'], {}, /does not begin with a letter or digit/],
  [['a'.repeat(65)], {}, /too long/],
  [[], {}, /give one node, --collector/],
  [['a', 'b'], {}, /give one node/],
  [['a'], { collector: true }, /omit a/],
  [[], { collector: true, operator: 'x' }, /--collector and --operator exclude each other/],
  [[], { operator: 'x y' }, /"x y" cannot be the name of an operator/],
  [['a'], { lab: 'operate' }, /operate is reserved and cannot be the name of a lab/],
  [['a'], { lab: 'read' }, /read is reserved and cannot be the name of a lab/],
  [['a'], { users: 'users.conf' }, /--accounts and --users exclude each other/],
  [['a'], { 'public-key': 'UA' }, /UA is not the public key/],
  [['a'], { rotate: true, replace: true }, /--rotate and --replace exclude each other/],
  [['new'], { rotate: true }, /no node default\/new with a key to rotate/],
  [[], { migrate: '/nowhere' }, /cannot read \/nowhere/],
] as const)('%j %j is refused, and leaves no key behind', async (words, options, message) => {
  await expect(add(words, { ...options })).rejects.toThrow(message);
  expect(existsSync(at(`${made}.nk`))).toBe(false);
  expect(existsSync(at('accounts.conf'))).toBe(false);
});

test('a file that cannot be edited stays as it is, and is named', async () => {
  await add(['a']);
  const broken = file().text.replace('accounts {', 'accounts { {');
  writeFileSync(at('accounts.conf'), broken);
  await expect(add(['b'])).rejects.toThrow(
    /accounts.conf is not changed: the "{" of line \d+ is never closed/,
  );
  expect(readFileSync(at('accounts.conf'), 'utf8')).toBe(broken);
});

test('two who edit at once are told of each other', async () => {
  await add(['a']);
  writeFileSync(at('accounts.conf.new'), '');
  await expect(add(['b'])).rejects.toThrow(/another process edits it or was interrupted/);
  expect(existsSync(at('accounts.conf.new'))).toBe(true);
});

test('mode and links of the file stay', async () => {
  await add(['a']);
  chmodSync(at('accounts.conf'), 0o640);
  symlinkSync(at('accounts.conf'), at('link.conf'));
  await add(['b'], { accounts: at('link.conf') });
  expect(statSync(at('accounts.conf')).mode & 0o777).toBe(0o640);
  expect(file().names).toEqual(['node default/a', 'node default/b']);
});

test('old and new files are told apart, with the way from one to the other', async () => {
  await run(enroll, ['a'], { users: at('users.conf'), key: at('a.nk') });
  expect(said).toMatch(/warning: .*nestwatch enroll --migrate .*users.conf --accounts accounts.conf/);
  await expect(add(['b'], { accounts: at('users.conf') })).rejects.toThrow(/enroll --migrate/);
  await add(['a']);
  await expect(run(enroll, ['c'], { users: at('accounts.conf'), key: at('c.nk') })).rejects.toThrow(
    /it is an accounts file: give it as --accounts/,
  );
  await expect(run(enroll, [], { users: at('users.conf'), operator: 'x', key: at('x.nk') })).rejects.toThrow(
    /operator x requires --accounts/,
  );
});

test('a file of users is moved with its keys; what is not of our making is named', async () => {
  const users = at('users.conf');
  for (const words of [['a'], ['b']]) await run(enroll, words, { users, key: at(`${words}.nk`) });
  await run(enroll, [], { users, collector: true, key: at('c.nk') });
  writeFileSync(users, readFileSync(users, 'utf8').replace('users: [', 'users: [\n  { nkey: UMONITOR }'));
  const keys = [...readFileSync(users, 'utf8').matchAll(/nkey: (U\w{55})/g)].map(([, key]) => key);
  await run(enroll, [], { migrate: users, accounts: at('accounts.conf') });
  expect(
    file()
      .names.flatMap((name) => file().keysOf(name))
      .sort(),
  ).toEqual([...keys].sort());
  expect(said).toContain('line 2: { nkey: UMONITOR }');
  expect(said).toContain("mv 'STORE_DIR/jetstream/$G' 'STORE_DIR/jetstream/NESTWATCH'");
});

test('with --nsc a member is printed as commands for a server in operator mode', async () => {
  await run(enroll, ['a'], { nsc: true, lab: 'lab', key: at('a.nk') });
  expect(out).toContain("--service --name 'nestwatch.lab.a.sample'");
  expect(out).toMatch(/nsc add user --account node.lab.a --name node.lab.a --public-key U\w{55} --allow-pub/);
  expect(out).not.toMatch(/\bSU[A-Z2-7]{56}/);
  expect(said).not.toContain('nats.nkey');
  expect(said).toContain(`key written to ${at('a.nk')}; the server requires a JWT as well`);
  expect(said).toContain(
    '  nsc generate creds --account node.lab.a --name node.lab.a --output-file lab-a.creds\n' +
      'copy that file to the machine, and set nats.creds to its path there\n',
  );
});

test.each([
  [
    { key: '-' },
    /^key written to standard output;.*\n.*import keys.*\n.* --account NESTWATCH --name collector /,
  ],
  [
    { 'public-key': `U${'A'.repeat(55)}` },
    /^the server requires a JWT as well: "nsc describe user --account NESTWATCH --name collector --raw"/,
  ],
])('with --nsc and %j it says how the key and its JWT come together', async (options, advice) => {
  await run(enroll, [], { nsc: true, collector: true, ...options });
  expect(said).toMatch(advice);
});
