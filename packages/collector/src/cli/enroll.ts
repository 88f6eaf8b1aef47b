import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { accountsText } from './enroll/accounts/accounts-text.ts';
import type { Member } from './enroll/accounts/member.ts';
import { memberLines } from './enroll/accounts/render.ts';
import { editFile } from './enroll/edit-file.ts';
import { givenKey, type Key, newKey } from './enroll/key.ts';
import { migrate } from './enroll/migrate.ts';
import { credsAdvice, nscCommands } from './enroll/nsc.ts';
import { RELOAD, RELOAD_TWICE } from './enroll/reload.ts';
import { putUser } from './enroll/users-file.ts';
import { memberOf } from './enroll/who.ts';
import { textOption, type UserSchema } from './settings.ts';

type Context = CommandContext<UserSchema>;

/**
 * `nestwatch enroll NODE`: makes the key with which a node proves itself, and its account in accounts.conf, in which it
 * can speak as itself only. The account goes to standard output where no file is given.
 */
export async function enroll(context: Context): Promise<number> {
  const { options, stderr } = context;
  const accounts = textOption(context, 'accounts');
  const users = textOption(context, 'users');
  if (accounts !== undefined && users !== undefined) {
    throw new UsageError('--accounts and --users exclude each other: a node is in one of them');
  }
  if (options['rotate'] && options['replace']) {
    throw new UsageError(
      '--rotate and --replace exclude each other: the old key stays valid for a while, or it ends',
    );
  }
  if (options['leaf'] !== undefined)
    return (await import('./enroll/leaf/enroll-leaf.ts')).enrollLeaf(context, accounts);
  refuseLeafOptions(context);
  if (options['migrate'] !== undefined)
    return migrate(context, textOption(context, 'migrate') ?? '', accounts);
  if (options['refresh']) return refresh(context, accounts);
  const member = memberOf(context);
  const key = keyFor(context, member);
  if (accounts !== undefined) intoAccounts(context, accounts, member, key);
  else if (users !== undefined) intoUsers(context, users, member, key);
  else toStandardOutput(context, member, key);
  stderr.write(options['nsc'] ? credsAdvice(member, key) : keyAdvice(key));
  return EXIT.ok;
}

function refuseLeafOptions({ options }: Context): void {
  const [stray] = ['store', 'remote', 'folder', 'at', 'tls', 'remove'].filter(
    (each) => options[each] !== undefined,
  );
  if (stray !== undefined) throw new UsageError(`--${stray} goes with --leaf SITE`);
}

function keyFor(context: Context, { file }: Member): Key {
  const given = textOption(context, 'public-key');
  if (given !== undefined) return givenKey(given);
  return newKey(textOption(context, 'key') ?? `${file}.nk`, context.stdout);
}

function keyAdvice({ writtenTo }: Key): string {
  return writtenTo === undefined
    ? ''
    : `key written to ${writtenTo}: copy it to the machine, and set nats.nkey to its path there\n`;
}

function intoAccounts(context: Context, file: string, member: Member, key: Key): void {
  const { options, stderr } = context;
  let isNew = false;
  withKey(key, () =>
    editFile(file, (text) => {
      const before = accountsText(text);
      const owner = before.ownerOf(key.publicKey);
      if (owner !== undefined && owner !== member.name)
        throw new Error(`this key already belongs to ${owner}`);
      const old = before.keysOf(member.name).filter((each) => each !== key.publicKey);
      refuseSecond(context, member, old.length > 0, '--rotate adds this key beside that one, ');
      isNew = !before.names.includes(member.name);
      if (options['rotate'] && isNew) throw new Error(`no ${member.name} with a key to rotate`);
      return before.put([{ member, keys: options['rotate'] ? [...old, key.publicKey] : [key.publicKey] }]);
    }),
  );
  stderr.write(`${member.name} is in ${file}: ${isNew && member.account ? RELOAD_TWICE : RELOAD}\n`);
}

function intoUsers(context: Context, file: string, member: Member, key: Key): void {
  const { options, stderr } = context;
  if (options['rotate'])
    throw new UsageError('--rotate requires --accounts: a users file has one key for each user');
  withKey(key, () =>
    putUser(file, member, key.publicKey, (other) => refuseSecond(context, member, other, '')),
  );
  stderr.write(
    `${member.name} is in ${file}: ${RELOAD}\n` +
      'warning: with a users file, any node can control JetStream and so all other nodes. Move it with ' +
      `"nestwatch enroll --migrate ${file} --accounts accounts.conf"\n`,
  );
}

function toStandardOutput({ options, stdout }: Context, member: Member, key: Key): void {
  key.save();
  key.print();
  const lines = options['nsc'] ? nscCommands(member, key.publicKey) : memberLines(member, [key.publicKey]);
  stdout.write(`${lines.join('\n')}\n`);
}

function refresh({ stderr }: Context, file: string | undefined): number {
  if (file === undefined) throw new UsageError('--refresh requires --accounts FILE');
  editFile(file, (text) => {
    if (text === '') throw new Error('file not found');
    return accountsText(text).refreshed();
  });
  stderr.write(`${file} is up to date with this version: ${RELOAD}\n`);
  return EXIT.ok;
}

/** An existing member uses its key: it is replaced only on request. */
function refuseSecond({ options }: Context, { name }: Member, hasOther: boolean, advice: string): void {
  if (hasOther && !options['rotate'] && !options['replace'])
    throw new Error(`${name} exists with another key: ${advice}--replace ends that key`);
}

/** A key is there when its owner is in the file, and not otherwise. */
function withKey(key: Key, put: () => void): void {
  key.save();
  try {
    put();
  } catch (error) {
    key.forget();
    throw error;
  }
  key.print();
}
