import { readFileSync } from 'node:fs';
import { refuseReadable } from '@nestwatch/common/config/secure-file';
import { messageOf, UsageError } from '@nestwatch/common/errors';

/** Users and the bcrypt hashes of their passwords. */
export type Users = ReadonlyMap<string, string>;

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** Each step doubles the time of a login, which nothing else happens in; 12 is a quarter of a second. */
const DEAREST = 14;

/**
 * Reads a file that `htpasswd -B` makes.
 * @throws UsageError when it cannot be read, when other users can read it, and for a line that is none of bcrypt
 */
export function readUsers(file: string): Users {
  let text: string;
  try {
    refuseReadable(file);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  return parseUsers(text, file);
}

/** @throws UsageError that names the line, never what it holds */
export function parseUsers(text: string, file: string): Users {
  const users = new Map<string, string>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, user, hash = ''] = /^([^:\s]{1,255}):(\S+)\s*$/.exec(line) ?? [];
    const cost = Number(BCRYPT.exec(hash)?.[1]);
    if (user === undefined || !(cost >= 4 && cost <= DEAREST)) {
      const way = `create it with "htpasswd -B ${file} USER"; bcrypt with a cost of up to ${DEAREST} is supported`;
      throw new UsageError(`${file} line ${at + 1} has no supported password: ${way}`);
    }
    users.set(user, hash);
  }
  if (users.size === 0) throw new UsageError(`${file} has no user, so nobody could log in`);
  return users;
}
