import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { nkeys } from '@nats-io/transport-node';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import { collectorPermissions, nodePermissions } from './enroll/permissions.ts';
import { type NatsUser, userBlock, withUser } from './enroll/users-file.ts';
import { textOption, type UserSchema } from './settings.ts';

/**
 * `nestwatch enroll NODE`: makes the key with which a node proves itself, and the permissions that let it speak as
 * itself only. The permissions go to standard output, or into the file of users.
 */
export async function enroll(context: CommandContext<UserSchema>): Promise<number> {
  const { stdout, stderr } = context;
  const { name, file, permissions } = userFor(context);
  const given = textOption(context, 'public-key');
  if (given !== undefined && !/^U[A-Z2-7]{55}$/.test(given)) {
    throw new UsageError(`${given} is no public key of a user, which has 56 characters and begins with U`);
  }
  const publicKey = given ?? makeKey(context, `${file}.nk`);
  const user = { name, publicKey, permissions };
  const usersFile = textOption(context, 'users');
  if (usersFile === undefined) stdout.write(userBlock(user));
  else {
    putInto(usersFile, user);
    stderr.write(`${name} is in ${usersFile}: run "nats-server --signal reload"\n`);
  }
  return EXIT.ok;
}

function userFor(context: CommandContext<UserSchema>) {
  const { words, options } = context;
  if (options['collector'] === true) {
    if (words.length > 0) throw new UsageError('--collector makes a key for a collector: name no node');
    return { name: 'collector', file: 'collector', permissions: collectorPermissions() };
  }
  const [node, ...more] = words;
  const lab = textOption(context, 'lab') ?? 'default';
  if (node === undefined || more.length > 0) throw new UsageError('name one node: nestwatch enroll NODE');
  const noId = [lab, node].find((id) => !ID_PATTERN.test(id));
  if (noId !== undefined) {
    throw new UsageError(
      `${noId} is no id: letters, digits, "_" and "-", at most 64, beginning with a letter or digit`,
    );
  }
  return { name: `node ${lab}/${node}`, file: `${lab}-${node}`, permissions: nodePermissions(lab, node) };
}

/** Writes the seed of a new key into a file; gives the public key. */
function makeKey(context: CommandContext<UserSchema>, usualFile: string): string {
  const file = textOption(context, 'key') ?? usualFile;
  if (existsSync(file)) {
    throw new UsageError(`${file} exists: remove it, name another with --key, or give --public-key`);
  }
  const pair = nkeys.createUser();
  writeFileSync(file, `${new TextDecoder().decode(pair.getSeed())}\n`, { mode: 0o600, flag: 'wx' });
  context.stderr.write(
    `key written to ${file}: bring it to the machine and set nats.nkey to its path there\n`,
  );
  return pair.getPublicKey();
}

function putInto(file: string, user: NatsUser): void {
  try {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    // Whole or not at all: the server may read it at any time.
    writeFileSync(`${file}.new`, withUser(text, user));
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new UsageError(`cannot put the user into ${file}: ${messageOf(error)}`, { cause: error });
  }
}
