import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { accountsText } from '../accounts/accounts-text.ts';
import type { Site } from '../accounts/member.ts';
import { emptySiteAccounts } from '../accounts/render.ts';
import { siteUser } from '../accounts/site-lines.ts';
import type { Order } from './order.ts';

/** With the password, so that only its owner reads it. */
const REMOTE = 'leaf.conf';
const SERVER = 'nats-server.conf';
const ACCOUNTS = 'accounts.conf';
const AUTHORITY = 'centre.pem';

/** The password in a folder that was written before; undefined where there is none. */
export function passwordIn(folder: string): string | undefined {
  try {
    return /"tls:\/\/[^:"]+:([^@"]+)@/.exec(readFileSync(join(folder, REMOTE), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Writes the site's files; what is there and the same stays as it is, and so do accounts that are there.
 * @returns whether anything changed
 * @throws UsageError naming the file that cannot be written
 */
export function writeSiteFiles(order: Order, password: string, authority: string): boolean {
  const { site, folder, at } = order;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const accounts = join(folder, ACCOUNTS);
    return [
      put(folder, SERVER, siteServerConf(site, at)),
      put(folder, REMOTE, remoteConf(order, password), 0o600),
      put(folder, AUTHORITY, authority),
      !existsSync(accounts) && put(folder, ACCOUNTS, emptySiteAccounts(site)),
    ].some(Boolean);
  } catch (error) {
    throw new UsageError(`the files of the site cannot be written to ${folder}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Removes what `writeSiteFiles` wrote, and the folder if nothing else is in it; accounts with nodes in them stay.
 * @returns whether there was anything
 */
export function removeSiteFiles(folder: string): boolean {
  if (passwordIn(folder) === undefined) return false;
  const accounts = join(folder, ACCOUNTS);
  const isOurs = existsSync(accounts) && accountsText(readFileSync(accounts, 'utf8')).names.length === 0;
  for (const name of [SERVER, REMOTE, AUTHORITY, ...(isOurs ? [ACCOUNTS] : [])]) {
    rmSync(join(folder, name), { force: true });
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
  return true;
}

function put(folder: string, name: string, text: string, mode = 0o644): boolean {
  const file = join(folder, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  return true;
}

function siteServerConf({ name, store }: Site, at: string): string {
  const tls = `${at}/tls`;
  return [
    `# nats-server of the site ${name}: its nodes log in here, and it passes their messages on to the centre.`,
    '# Made by "nestwatch enroll --leaf". It needs beside it: leaf.conf and centre.pem from the centre, accounts.conf, to which',
    '# "nestwatch enroll" adds the nodes of this site, and tls/, which certificates.sh makes here.',
    '',
    `server_name: "nestwatch-${name}"`,
    'listen: "0.0.0.0:4222"',
    '',
    ...(store
      ? [
          '# By the domain the centre finds the stream here.',
          'jetstream {',
          '  store_dir: "/var/lib/nats/jetstream"',
          '  max_file_store: 8GB',
          '  max_memory_store: 64MB',
          `  domain: "${name}"`,
          '}',
          '',
        ]
      : []),
    'tls {',
    `  cert_file: "${tls}/server.pem"`,
    `  key_file: "${tls}/server.key"`,
    `  ca_file: "${tls}/ca.pem"`,
    '  timeout: 5',
    '}',
    '',
    'authorization {',
    '  timeout: 5',
    '}',
    '',
    'include "leaf.conf"',
    'include "accounts.conf"',
    '',
    '# Notices a dead line within a minute.',
    'ping_interval: "20s"',
    'ping_max: 2',
    'max_payload: 1MB',
    'max_pending: 16MB',
    'max_control_line: 4KB',
    '# The line has some for each node. For nodes, the limit is in their accounts.',
    'max_subscriptions: 10000',
    '',
  ].join('\n');
}

function remoteConf({ site, at, remotes }: Order, password: string): string {
  const urls = remotes.map(({ host }) => JSON.stringify(`tls://${siteUser(site.name)}:${password}@${host}`));
  return [
    '# The address of the centre and the password of this site: only nats-server may read it.',
    'leafnodes {',
    '  # Seconds between two attempts to connect.',
    '  reconnect: 2',
    '  remotes: [',
    '    {',
    `      urls: [${urls.join(', ')}]`,
    '      account: NESTWATCH',
    `      tls { ca_file: "${at}/${AUTHORITY}", timeout: 10 }`,
    '    }',
    '  ]',
    '}',
    '',
  ].join('\n');
}
