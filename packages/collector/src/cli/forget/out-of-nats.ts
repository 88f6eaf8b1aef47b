import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountsText } from '../enroll/accounts/accounts-text.ts';
import { nodeMember } from '../enroll/accounts/member.ts';
import { editFile, readText } from '../enroll/edit-file.ts';
import { RELOAD } from '../enroll/reload.ts';
import { runReload } from '../enroll/run-reload.ts';

/** Where `nestwatch setup` and security.md keep them. */
export const ACCOUNTS = '/etc/nats/nestwatch/accounts.conf';
export const RELOAD_SCRIPT = '/usr/share/nestwatch/nats/reload.sh';

/** What became of the key of a node. */
export interface OutOfNats {
  /** "revoked", "none" where it had none, "elsewhere" where this machine does not keep the accounts. */
  readonly key: 'revoked' | 'none' | 'elsewhere';
  /** Why the server has not taken it over; absent when it has, or has nothing to. */
  readonly failed?: string;
  /** For people. */
  readonly text: string;
}

/** The file of accounts that this machine keeps; undefined where it keeps none. @param given by the command line */
export function accountsHere(given: string | undefined): string | undefined {
  return given ?? (existsSync(ACCOUNTS) ? ACCOUNTS : undefined);
}

/** Ids of a lab that have a key. @throws UsageError when the file cannot be read */
export function enrolledIn(accounts: string | undefined, lab: string): string[] {
  const prefix = `node ${lab}/`;
  const names = accounts === undefined ? [] : accountsText(readText(accounts)).names;
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Ends the key of a node and its connections. @throws UsageError when the file cannot be changed */
export function outOfNats(
  accounts: string | undefined,
  { lab, node }: { readonly lab: string; readonly node: string },
  { script, pid }: { readonly script?: string | undefined; readonly pid?: string | undefined },
): OutOfNats {
  if (accounts === undefined) return { key: 'elsewhere', text: elsewhere(lab, node) };
  if (!enrolledIn(accounts, lab).includes(node)) return { key: 'none', text: `it has no key in ${accounts}` };
  editFile(accounts, (text) => accountsText(text).without(nodeMember(lab, node).name));
  const done = `its key is removed from ${accounts}`;
  const reload = script ?? (existsSync(RELOAD_SCRIPT) ? RELOAD_SCRIPT : undefined);
  const server = join(dirname(accounts), 'nats-server.conf');
  if (reload === undefined || !existsSync(server))
    return { key: 'revoked', text: `${done}: ${RELOAD}, which ends its connections` };
  const failed = runReload(reload, server, pid);
  if (failed !== undefined) return { key: 'revoked', failed, text: done };
  return { key: 'revoked', text: `${done}, and NATS has reloaded` };
}

function elsewhere(lab: string, node: string): string {
  const revoke = `nestwatch revoke ${node} --lab ${lab} --accounts accounts.conf`;
  return `NATS keeps its accounts on another machine. The node comes back with its next report until you remove its key there: ${revoke}, then ${RELOAD} (users by JWT: nsc delete account node.${lab}.${node})`;
}
