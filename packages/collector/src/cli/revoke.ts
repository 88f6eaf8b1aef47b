import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { accountsText } from './enroll/accounts/accounts-text.ts';
import type { Member } from './enroll/accounts/member.ts';
import { editFile } from './enroll/edit-file.ts';
import { RELOAD } from './enroll/reload.ts';
import { withoutUser } from './enroll/users-file.ts';
import { memberOf } from './enroll/who.ts';
import { textOption, type UserSchema } from './settings.ts';

/** `nestwatch revoke NODE`: takes somebody out of the server's configuration; a reload then ends its connection. */
export async function revoke(context: CommandContext<UserSchema>): Promise<number> {
  const { options, stderr } = context;
  const member = memberOf(context);
  const accounts = textOption(context, 'accounts');
  const users = textOption(context, 'users');
  const onlyOld = options['old-key'] === true;
  if ((accounts === undefined) === (users === undefined)) {
    throw new UsageError('give the file: --accounts accounts.conf, or --users users.conf');
  }
  if (accounts !== undefined) {
    editFile(accounts, (text) =>
      onlyOld ? withNewestKey(text, member) : accountsText(text).without(member.name),
    );
  } else if (users !== undefined) {
    if (onlyOld)
      throw new UsageError('--old-key requires --accounts: a users file has one key for each user');
    editFile(users, (text) => withoutUser(text, member.name));
  }
  const what = onlyOld ? `the older keys of ${member.name} are` : `${member.name} is`;
  stderr.write(`${what} removed from ${accounts ?? users}: ${RELOAD}, which ends its connections\n`);
  return EXIT.ok;
}

function withNewestKey(text: string, member: Member): string {
  const file = accountsText(text);
  const keys = file.keysOf(member.name);
  const newest = keys.at(-1);
  if (newest === undefined) throw new Error(`it has no ${member.name}`);
  if (keys.length === 1) {
    throw new Error(`${member.name} has only one key: add a new one first, with "nestwatch enroll --rotate"`);
  }
  return file.put([{ member, keys: [newest] }]);
}
