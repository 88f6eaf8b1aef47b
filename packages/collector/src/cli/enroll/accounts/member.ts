import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN, subjects } from '@nestwatch/proto';
import {
  type Access,
  collectorPermissions,
  nodeAccess,
  operatorAccess,
  type Permissions,
  permissionsOf,
  readOnlyAccess,
  siteAccess,
} from '../permissions.ts';
import type { Block } from './blocks.ts';

/** One who may log in, with an account of its own; a collector shares that of JetStream. */
export interface Member {
  /** "node lab/id", "operator name", "read-only name" or "collector": unique in a file. */
  readonly name: string;
  /** Name of the account in the server's configuration; undefined for a collector, which is in the account NESTWATCH. */
  readonly account?: string;
  /** Undefined for a collector. */
  readonly access?: Access;
  readonly permissions: Permissions;
  /** What a new key's file is called, without its ending. */
  readonly file: string;
  /** Given where it is not a program or a person, but the NATS server of a site. */
  readonly site?: Site;
}

/** A place whose nodes reach this NATS by a server of their own, its leaf node. */
export interface Site {
  readonly name: string;
  /** Labs that it may speak for. */
  readonly labs: readonly string[];
  /** Whether it keeps messages in a stream of its own, from which this NATS takes them. */
  readonly store: boolean;
}

/** As names of labs, what is asked by them would reach nodes: nestwatch.<lab>.round is a verb, too. */
const PEOPLE_ASK = new Set([subjects.read('x'), subjects.operate('x')].map((each) => each.split('.')[1]));

export const COLLECTOR: Member = {
  name: 'collector',
  file: 'collector',
  permissions: collectorPermissions(),
};

export function nodeMember(lab: string, node: string): Member {
  return member(`node ${lab}/${node}`, `${lab}-${node}`, nodeAccess(lab, node));
}

export function personMember(role: 'operator' | 'read-only', name: string): Member {
  return member(`${role} ${name}`, name, role === 'operator' ? operatorAccess : readOnlyAccess);
}

export function siteMember(site: Site): Member {
  const { name, labs, store } = site;
  return { ...member(`site ${name}`, name, siteAccess(labs, store)), site };
}

/** Whose block it is; undefined when its name is none that `enroll` gives, or a site's labs do not stand in it. */
export function memberOfBlock({ name, body }: Pick<Block, 'name' | 'body'>): Member | undefined {
  const [, site] = /^site (\S+)$/.exec(name) ?? [];
  if (site === undefined) return memberNamed(name);
  const [, labs = '', store] = /^# labs ([^;]+)(; store)?$/.exec(body[0]?.trim() ?? '') ?? [];
  const all = labs.split(', ');
  if (!isId(site) || !all.every(isId)) return undefined;
  return siteMember({ name: site, labs: all, store: store !== undefined });
}

/** The member of that name, where the name says all of it; undefined for other names. */
export function memberNamed(name: string): Member | undefined {
  if (name === COLLECTOR.name) return COLLECTOR;
  const [, role = '', first = '', second = ''] =
    /^(node|operator|read-only) ([^/\s]+)(?:\/(\S+))?$/.exec(name) ?? [];
  if (role === 'node') return isId(first) && isId(second) ? nodeMember(first, second) : undefined;
  if (role === 'operator' || role === 'read-only') {
    return isId(first) && second === '' ? personMember(role, first) : undefined;
  }
  return undefined;
}

/** @throws UsageError that says what is wrong */
export function requireLab(lab: string): string {
  if (!PEOPLE_ASK.has(lab)) return requireId('a lab', lab);
  throw new UsageError(
    `${lab} is reserved and cannot be the name of a lab: operators use the subjects nestwatch.${lab}.…`,
  );
}

/**
 * @param what with its article
 * @throws UsageError that says which character is wrong
 */
export function requireId(what: string, id: string): string {
  if (isId(id)) return id;
  const wrong = /[^A-Za-z0-9_-]/.exec(id)?.[0];
  const why =
    wrong === undefined
      ? 'it is empty, too long, or does not begin with a letter or digit'
      : `it contains ${JSON.stringify(wrong)}`;
  throw new UsageError(
    `${JSON.stringify(id)} cannot be the name of ${what}: ${why}. Names are subjects of NATS: letters, digits, "_" and "-", ` +
      'at most 64, beginning with a letter or digit',
  );
}

function isId(id: string): boolean {
  return ID_PATTERN.test(id);
}

function member(name: string, file: string, access: Access): Member {
  // A space would end the name in the server's own subjects.
  return { name, file, access, account: name.replace(' ', '/'), permissions: permissionsOf(access) };
}
