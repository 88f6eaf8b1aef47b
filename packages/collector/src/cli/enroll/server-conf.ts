import { basename } from 'node:path';
import { scan } from './accounts/scan.ts';

/**
 * The text of nats-server.conf with the accounts included at its top level, and the file of users nowhere.
 * @param users the old file
 * @param accounts path of the new one, from the folder of nats-server.conf
 * @throws Error when it does not include the users as expected
 */
export function includeAccounts(conf: string, users: string, accounts: string): string {
  const lines = conf.split('\n');
  const open = scan(lines);
  const wanted = `include ${JSON.stringify(accounts)}`;
  const kept = lines.filter((line) => includedBy(line) !== basename(users));
  const isThere = lines.some((line, at) => open[at]?.length === 0 && line.trim() === wanted);
  if (kept.length === lines.length && !isThere) {
    throw new Error(
      `it has no line include "${basename(users)}": remove the users from it by hand, and add at its top level: ${wanted}`,
    );
  }
  const text = kept.join('\n');
  return isThere ? text : `${text.trimEnd()}\n\n# Permissions, made by "nestwatch enroll".\n${wanted}\n`;
}

/** The text with a file of its own folder included at its end, once. */
export function includeAtTop(conf: string, file: string, why: string): string {
  if (conf.split('\n').some((line) => includedBy(line) === file)) return conf;
  return `${conf.trimEnd()}\n\n# ${why}\ninclude ${JSON.stringify(file)}\n`;
}

/** The text without what `includeAtTop` put there. */
export function withoutInclude(conf: string, file: string): string {
  const lines = conf.split('\n');
  const at = lines.findIndex((line) => includedBy(line) === file);
  if (at === -1) return conf;
  const hasWhy = lines[at - 1]?.startsWith('# ') === true && lines[at - 2]?.trim() === '';
  lines.splice(hasWhy ? at - 2 : at, hasWhy ? 3 : 1);
  return lines.join('\n');
}

/** Where JetStream stores; undefined when it is not said. */
export function storeFolder(conf: string): string | undefined {
  return /^\s*store_dir\s*[:=]?\s*["']?([^"'\s,}]+)/m.exec(conf)?.[1]?.replace(/\/+$/, '');
}

function includedBy(line: string): string | undefined {
  const path = /^\s*include\s+["']?([^"'\s]+)["']?\s*$/.exec(line)?.[1];
  return path === undefined ? undefined : basename(path);
}
