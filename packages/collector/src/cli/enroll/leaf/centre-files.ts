import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { blockLines, findBlocks } from '../accounts/blocks.ts';
import { editFile } from '../edit-file.ts';
import { LIMITS } from '../permissions.ts';
import { includeAtTop, withoutInclude } from '../server-conf.ts';
import { LEAF_PORT, type Order } from './order.ts';

const FILE = 'leafnodes.conf';

/** Certificate and authority of the centre's NATS. @throws UsageError naming the file that is missing */
export function readAuthority(tls: string): string {
  for (const name of ['server.pem', 'server.key', 'ca.pem']) {
    if (existsSync(join(tls, name))) continue;
    throw new UsageError(
      `${join(tls, name)} is missing, and sites connect with TLS only. Make it with certificates.sh, or name its folder with --tls`,
    );
  }
  return readFileSync(join(tls, 'ca.pem'), 'utf8');
}

/**
 * Lets the centre's NATS take leaf nodes, by a file beside accounts.conf that nats-server.conf includes. A file that is
 * there stays as it is.
 * @returns what there is to say to people, one line for each file that was changed
 */
export function takeLeafNodes({ accounts, tls, remotes }: Order, server: string | undefined): string[] {
  const file = join(dirname(accounts), FILE);
  const said: string[] = [];
  const [first] = remotes;
  if (!existsSync(file) && first !== undefined) {
    const port = first.port || LEAF_PORT;
    writeFileSync(file, `${blockLines('leafnodes', '', leafNodes(tls, first.hostname, port)).join('\n')}\n`);
    said.push(`${file} lets nats-server accept leaf nodes on port ${port}: restart nats-server once`);
  }
  if (!existsSync(file)) return said;
  const path = server ?? serverBeside(accounts);
  if (path === undefined) {
    if (said.length > 0) said.push(`add at the end of nats-server.conf: include "${FILE}"`);
    return said;
  }
  let isNew = false;
  editFile(path, (conf) => {
    const next = includeAtTop(conf, FILE, 'Sites, from "nestwatch enroll --leaf".');
    isNew = next !== conf;
    return next;
  });
  if (isNew) said.push(`${path} includes ${FILE}`);
  return said;
}

/** Undoes that, once no site is left; a file that was changed by hand stays. */
export function takeNoLeafNodes(accounts: string, server: string | undefined): string[] {
  const file = join(dirname(accounts), FILE);
  if (!existsSync(file)) return [];
  const isEdited = findBlocks(readFileSync(file, 'utf8').split('\n')).every((block) => block.isEdited);
  if (isEdited) return [`${file} was changed by hand, so it stays`];
  const path = server ?? serverBeside(accounts);
  if (path !== undefined) editFile(path, (conf) => withoutInclude(conf, FILE));
  rmSync(file);
  return [`${file} is removed, because no site is left: nats-server accepts no leaf nodes after a restart`];
}

function serverBeside(accounts: string): string | undefined {
  const path = join(dirname(accounts), 'nats-server.conf');
  return existsSync(path) ? path : undefined;
}

function leafNodes(tls: string, host: string, port: string): string[] {
  return [
    'leafnodes {',
    `  listen: "0.0.0.0:${port}"`,
    '  # Otherwise sites learn addresses of its own network, and try these when the line is cut.',
    `  advertise: "${host}:${port}"`,
    '  authorization { timeout: 5 }',
    '  tls {',
    `    cert_file: "${tls}/server.pem"`,
    `    key_file: "${tls}/server.key"`,
    `    ca_file: "${tls}/ca.pem"`,
    '    timeout: 5',
    '  }',
    '}',
    '',
    '# Notices a dead line within a minute, so that its site can come back.',
    'ping_interval: "20s"',
    'ping_max: 2',
    '# A site has some for each of its nodes. For everybody else, the limit is in the account.',
    `max_subscriptions: ${LIMITS.subscriptionsOfSite}`,
  ];
}
