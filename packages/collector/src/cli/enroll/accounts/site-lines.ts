import { BUCKETS, siteStream, sourcePrefix } from '@nestwatch/proto';
import { type Access, LIMITS } from '../permissions.ts';
import { blockLines } from './blocks.ts';
import { importLines } from './import-lines.ts';
import type { Site } from './member.ts';

const GET = `$JS.API.DIRECT.GET.KV_${BUCKETS.watermarks}.$KV.${BUCKETS.watermarks}.`;

/**
 * The account of a site in the centre. Nobody but its server logs in there, so that what it may do is what the account
 * has. Its password is checked by `hashes`: nats-server has keys for leaf nodes from 2.11 on only.
 */
export function siteLines(site: Site, access: Access, hashes: readonly string[]): string[] {
  const { name, labs, store } = site;
  const users = hashes.map(
    (hash) =>
      `{ user: ${JSON.stringify(siteUser(name))}, password: ${JSON.stringify(hash)}, allowed_connection_types: ["LEAFNODE"] }`,
  );
  return blockLines(`site ${name}`, '  ', [
    `# labs ${labs.join(', ')}${store ? '; store' : ''}`,
    `"site/${name}" {`,
    `  limits: { max_conn: 1, max_leafnodes: 1, max_subs: ${LIMITS.subscriptionsOfSite} }`,
    '  users: [',
    ...users.map((line) => `    ${line}`),
    '  ]',
    ...(store ? storeExports(name) : []),
    '  imports: [',
    ...importLines(access, localName).map((line) => `    ${line}`),
    '  ]',
    '}',
  ]);
}

/** The name by which a site's server logs in. */
export function siteUser(site: string): string {
  return `site.${site}`;
}

/** Subjects of JetStream's own interface never pass a leaf node: questions about confirmations have another name there. */
export function localName(service: string): string | undefined {
  if (!service.startsWith(GET)) return undefined;
  const [lab = '*', node = '*', run = '*'] = service.slice(GET.length).split('.');
  return `nestwatch.${lab}.${node}.confirmed.${run}`;
}

/** In the account of a site's own server: what nodes ask JetStream goes out by its other name. */
export function siteMapping(): string {
  return `mappings: { ${JSON.stringify(`${GET}*.*.*`)}: "nestwatch.$1.$2.confirmed.$3" }`;
}

/** What collectors' account takes from that of a site that keeps its messages: JetStream there, and what it delivers. */
export function sourceImports(name: string): string[] {
  const from = `account: ${JSON.stringify(`site/${name}`)}`;
  return [
    ...storeServices(name).map((subject) => `{ service: { ${from}, subject: ${JSON.stringify(subject)} } }`),
    `{ stream: { ${from}, subject: ${JSON.stringify(`${sourcePrefix(name)}.>`)} } }`,
  ];
}

function storeExports(name: string): string[] {
  return [
    '  exports: [',
    ...storeServices(name).map((subject) => `    { service: ${JSON.stringify(subject)} }`),
    `    { stream: ${JSON.stringify(`${sourcePrefix(name)}.>`)} }`,
    '  ]',
  ];
}

/** JetStream of the site, and the answers that keep its deliveries going. */
function storeServices(name: string): string[] {
  return [`$JS.${name}.API.>`, `$JS.FC.${siteStream(name)}.>`];
}
