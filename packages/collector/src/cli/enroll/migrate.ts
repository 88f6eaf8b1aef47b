import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { textOption, type UserSchema } from '../settings.ts';
import { accountsText, type Entry } from './accounts/accounts-text.ts';
import { memberNamed } from './accounts/member.ts';
import { editFile, readText } from './edit-file.ts';
import { includeAccounts, storeFolder } from './server-conf.ts';
import { strangersIn, usersIn } from './users-file.ts';

/**
 * `nestwatch enroll --migrate users.conf --accounts accounts.conf`: gives everybody of a file of users an account, with
 * the key that he has, and lets nats-server.conf include accounts.conf in place of the file of users. That one stays.
 */
export function migrate(
  context: CommandContext<UserSchema>,
  users: string,
  accounts: string | undefined,
): number {
  if (users === '' || accounts === undefined) {
    throw new UsageError('--migrate FILE requires --accounts FILE, the file to move to');
  }
  const { stderr } = context;
  const text = readText(users);
  const entries = entriesOf(users, text);
  editFile(accounts, (before) => accountsText(before).put(entries));
  stderr.write(`${entries.length} of ${users} are in ${accounts} now, with the same keys\n`);
  for (const line of strangersIn(text)) {
    stderr.write(`skipped, because nestwatch did not make it: ${line}\n`);
  }
  const beside = join(dirname(users), 'nats-server.conf');
  const server = textOption(context, 'server') ?? (existsSync(beside) ? beside : undefined);
  if (server !== undefined) {
    const path = relative(dirname(server), accounts);
    editFile(server, (conf) => includeAccounts(conf, users, path));
    stderr.write(`${server} includes ${path} in place of ${users}\n`);
  }
  stderr.write(whatIsLeft(server));
  return EXIT.ok;
}

function entriesOf(file: string, text: string): Entry[] {
  try {
    const entries = usersIn(text).flatMap(({ name, publicKey }) => {
      const member = memberNamed(name);
      return member === undefined ? [] : [{ member, keys: [publicKey] }];
    });
    if (entries.length === 0) throw new Error('it has no user that "nestwatch enroll" made');
    return entries;
  } catch (error) {
    throw new UsageError(`${file} cannot be moved: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** JetStream keeps what it stores by account, so that streams and buckets have to move along. */
function whatIsLeft(server: string | undefined): string {
  const store = (server === undefined ? undefined : storeFolder(readText(server))) ?? 'STORE_DIR';
  const edit =
    server === undefined
      ? 'In nats-server.conf, take "include" of the old file out of authorization, and write at the top level: include "accounts.conf"\n'
      : '';
  return `${edit}Stop the server and move the data of JetStream to the account of the collectors:
  systemctl stop nats-server
  mv '${store}/jetstream/$G' '${store}/jetstream/NESTWATCH'
  systemctl start nats-server
A cluster cannot do that: it creates new streams and buckets, agents send again what is not in InfluxDB yet, and you must set silences again.
`;
}
