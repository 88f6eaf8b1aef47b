import { UsageError } from '@nestwatch/common/errors';
import type { Member } from './accounts/member.ts';
import { editFile } from './edit-file.ts';
import { type Permissions, sharedNodePermissions } from './permissions.ts';

/** One user of the NATS server. */
export interface NatsUser {
  /** What it stands for, unique in the file: "node lab/id" or "collector". */
  name: string;
  /** Public NKey, beginning with U. */
  publicKey: string;
  permissions: Permissions;
}

/** The block of one user, to stand in the list of users of nats-server's authorization. */
export function userBlock({ name, publicKey, permissions }: NatsUser): string {
  return [
    `  # ${name}`,
    '  {',
    `    nkey: ${publicKey}`,
    '    permissions: {',
    `      publish: { allow: ${list(permissions.publish)} }`,
    `      subscribe: { allow: ${list(permissions.subscribe)} }`,
    '    }',
    '  }',
    `  # end of ${name}`,
    '',
  ].join('\n');
}

/**
 * Puts a user into a file of users, or in place of the old one.
 * @param check told whether the file has this user with another key; what it throws leaves the file as it is
 * @throws UsageError naming the file
 */
export function putUser(
  file: string,
  member: Member,
  publicKey: string,
  check: (hasOther: boolean) => void,
): void {
  if (member.account !== undefined && !member.name.startsWith('node ')) {
    throw new UsageError(
      `${member.name} requires --accounts: with a users file this login could read answers to others`,
    );
  }
  editFile(file, (text) => {
    if (/^\s*accounts\s*[:=]?\s*\{/m.test(text))
      throw new Error('it is an accounts file: give it as --accounts');
    check(usersIn(text).some((user) => user.name === member.name && user.publicKey !== publicKey));
    return withUser(text, { name: member.name, publicKey, permissions: sharedPermissions(member) });
  });
}

/** Permissions in a users file: a node may also write the keys that agents of 0.1.0 write. */
function sharedPermissions({ name, permissions }: Member): Permissions {
  const [, lab, node] = /^node (\S+)\/(\S+)$/.exec(name) ?? [];
  return lab === undefined || node === undefined ? permissions : sharedNodePermissions(lab, node);
}

/**
 * The text of a users file with one user added, or replaced when it is there already. Other text in it stays.
 * @param text the file as it is; empty for a new one
 * @throws Error when the text is no users file
 */
export function withUser(text: string, user: NatsUser): string {
  const base = text.trim() === '' ? 'users: [\n]\n' : text;
  const lines = base.split('\n');
  const place = placeOf(lines, user.name);
  if (place !== undefined) lines.splice(place.from, place.to - place.from + 1);
  const end = lines.lastIndexOf(']');
  if (end === -1) throw new Error('it has no line "]" that ends the list of users');
  lines.splice(end, 0, ...userBlock(user).trimEnd().split('\n'));
  return lines.join('\n');
}

/** The text without a user. @throws Error when it is not there */
export function withoutUser(text: string, name: string): string {
  const lines = text.split('\n');
  const { from, to } = placeOf(lines, name) ?? {};
  if (from === undefined || to === undefined)
    throw new Error(`${name} not found between its two comment lines`);
  lines.splice(from, to - from + 1);
  return lines.join('\n');
}

/** Who is in a file of users, by the comments around each. */
export function usersIn(text: string): Pick<NatsUser, 'name' | 'publicKey'>[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line) => {
    const name = /^\s*# (node \S+|operator \S+|read-only \S+|collector)\s*$/.exec(line)?.[1];
    if (name === undefined) return [];
    const { from, to } = placeOf(lines, name) ?? {};
    const keys = lines.slice(from, to).flatMap((each) => /\bnkey: (U[A-Z2-7]{55})\b/.exec(each)?.[1] ?? []);
    if (to === undefined || keys.length !== 1) {
      throw new Error(
        `"# ${name}" is not followed by one user and "# end of ${name}": correct or delete it by hand`,
      );
    }
    return [{ name, publicKey: keys[0] ?? '' }];
  });
}

/** Lines of a file of users that are neither of nestwatch's making nor empty or comment. */
export function strangersIn(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const own = new Set<number>();
  for (const { name } of usersIn(text)) {
    const { from = 0, to = -1 } = placeOf(lines, name) ?? {};
    for (let at = from; at <= to; at += 1) own.add(at);
  }
  return lines.flatMap((line, at) => {
    const text = line.trim();
    return own.has(at) || text === '' || text.startsWith('#') || /^(users\s*[:=]?\s*\[|\])$/.test(text)
      ? []
      : [`line ${at + 1}: ${withoutSecrets(text)}`];
  });
}

/** Passwords and tokens stand in such files as they are. */
function withoutSecrets(line: string): string {
  return line.replace(/(pass(?:word)?|token)\b(["']?\s*[:=]?\s*)("[^"]*"|'[^']*'|[^\s,}]+)/gi, '$1$2***');
}

function placeOf(lines: readonly string[], name: string): { from: number; to: number } | undefined {
  const trimmed = lines.map((line) => line.trim());
  const from = trimmed.indexOf(`# ${name}`);
  const to = trimmed.indexOf(`# end of ${name}`);
  return from !== -1 && to > from ? { from, to } : undefined;
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map((subject) => `\n        ${JSON.stringify(subject)}`).join('')}\n      ]`;
}
