import { ACCOUNT } from '@nestwatch/proto';
import { exported, isAnsweredOften, LIMITS, type Permissions, siteAccess } from '../permissions.ts';
import { blockLines } from './blocks.ts';
import { importLines } from './import-lines.ts';
import type { Member, Site } from './member.ts';
import { siteLines, siteMapping } from './site-lines.ts';

/** Before these lines new blocks are put. */
export const ABOVE = {
  collectors: '# nestwatch puts collectors above this line',
  accounts: '# nestwatch puts accounts above this line',
};

/** The block of a member with its keys, oldest first: each key is a user with the same permissions. */
export function memberLines(member: Member, keys: readonly string[]): string[] {
  const { name, account, access, permissions, site } = member;
  if (site !== undefined) return siteLines(site, siteAccess(site.labs, site.store), keys);
  const users = keys.flatMap((key) => userLines(key, permissions));
  if (account === undefined || access === undefined) return blockLines(name, '      ', users);
  return blockLines(name, '  ', [
    `${JSON.stringify(account)} {`,
    `  limits: { max_conn: ${LIMITS.connections}, max_leafnodes: ${LIMITS.leafNodes}, max_subs: ${LIMITS.subscriptionsOfEach} }`,
    '  users: [',
    ...users.map((line) => `    ${line}`),
    '  ]',
    '  imports: [',
    ...importLines(access).map((line) => `    ${line}`),
    '  ]',
    '}',
  ]);
}

export function exportLines(): string[] {
  return blockLines('exports', '      ', [
    // Rounds that are asked for and confirmations reach nodes; everything else is asked for by them.
    ...exported.services.map((subject) => `{ service: ${JSON.stringify(subject)}${responses(subject)} }`),
    ...exported.streams.map((subject) => `{ stream: ${JSON.stringify(subject)} }`),
  ]);
}

/** A file with no member in it. */
export function emptyAccounts(): string {
  return fileOf(['    jetstream: enabled']);
}

/** The same for the server of a site: JetStream is that of the centre, or, where it keeps messages, both. */
export function emptySiteAccounts({ store }: Site): string {
  return fileOf([...(store ? ['    jetstream: enabled'] : []), `    ${siteMapping()}`]);
}

/** @param own what else the collectors' account has */
function fileOf(own: readonly string[]): string {
  return [
    '# Permissions of this NATS server. Made by "nestwatch enroll"; nats-server.conf includes it at its top level:',
    '#',
    '#   include "accounts.conf"',
    '#',
    '# What stands between "# NAME" and "# end of NAME" is replaced as a whole. What you write elsewhere stays.',
    'accounts {',
    '  # JetStream with all streams and buckets, and collectors. Nodes have accounts of their own, and reach from there',
    '  # what is exported here and imported there, each under its own name only.',
    `  ${ACCOUNT} {`,
    ...own,
    '    users: [',
    `      ${ABOVE.collectors}`,
    '    ]',
    '    exports: [',
    ...exportLines(),
    '    ]',
    '  }',
    '',
    `  ${ABOVE.accounts}`,
    '}',
    '',
  ].join('\n');
}

function userLines(key: string, { publish, subscribe }: Permissions): string[] {
  return [
    '{',
    `  nkey: ${key}`,
    '  permissions: {',
    `    publish: { allow: ${list(publish)} }`,
    `    subscribe: { allow: ${list(subscribe)} }`,
    '  }',
    '}',
  ];
}

function responses(subject: string): string {
  return isAnsweredOften(subject) ? ', response: stream' : '';
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map((subject) => JSON.stringify(subject)).join(', ')}]`;
}
