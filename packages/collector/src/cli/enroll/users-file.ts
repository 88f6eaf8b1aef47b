import type { Permissions } from './permissions.ts';

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
 * The text of a users file with one user added, or replaced when it is there already. Other text in it stays.
 * @param text the file as it is; empty for a new one
 * @throws Error when the text is no users file
 */
export function withUser(text: string, user: NatsUser): string {
  const base = text.trim() === '' ? 'users: [\n]\n' : text;
  const lines = base.split('\n');
  const from = lines.indexOf(`  # ${user.name}`);
  const to = lines.indexOf(`  # end of ${user.name}`);
  if (from !== -1 && to > from) lines.splice(from, to - from + 1);
  const end = lines.lastIndexOf(']');
  if (end === -1) throw new Error('it has no line "]" that ends the list of users');
  lines.splice(end, 0, ...userBlock(user).trimEnd().split('\n'));
  return lines.join('\n');
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map((subject) => `\n        ${JSON.stringify(subject)}`).join('')}\n      ]`;
}
