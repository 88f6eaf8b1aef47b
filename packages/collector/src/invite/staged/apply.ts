import { messageOf } from '@nestwatch/common/errors';
import { proves } from '@nestwatch/common/invite/proof';
import { accountsText } from '../../cli/enroll/accounts/accounts-text.ts';
import { nodeMember, requireLab } from '../../cli/enroll/accounts/member.ts';
import { claimOf, type StagedEntry } from './entry.ts';
import type { Outcome } from './outcome.ts';

/** Members in a file beyond which no invitation adds any: a reload takes the server seconds by then. */
export const MOST_MEMBERS = 4000;

/** Nodes whose key may be another from now on, as "lab/node": somebody who may write the accounts said so. */
export type Replaceable = ReadonlySet<string>;

/**
 * The text of accounts.conf after an entry, and what became of the entry. What a node may do is written here, by its
 * lab and id; it is in the entry nowhere.
 */
export async function applyEntry(
  text: string,
  entry: StagedEntry,
  replaceable: Replaceable,
): Promise<{ text: string; outcome: Outcome }> {
  try {
    const changed = entry.kind === 'enrol' ? added(text, entry, replaceable) : await removed(text, entry);
    return { text: changed, outcome: { done: true } };
  } catch (error) {
    return { text, outcome: { done: false, error: messageOf(error) } };
  }
}

type Of<K extends StagedEntry['kind']> = Extract<StagedEntry, { kind: K }>;

function added(text: string, { lab, node, publicKey }: Of<'enrol'>, replaceable: Replaceable): string {
  const member = nodeMember(requireLab(lab), node);
  const file = accountsText(text);
  const owner = file.ownerOf(publicKey);
  if (owner !== undefined && owner !== member.name) throw new Error(`this key already belongs to ${owner}`);
  const keys = file.keysOf(member.name);
  if (keys.includes(publicKey)) return text;
  if (keys.length > 0 && !replaceable.has(`${lab}/${node}`))
    throw new Error(`the id ${node} belongs to another key: give another with --node NAME`);
  if (keys.length === 0 && file.names.length >= MOST_MEMBERS)
    throw new Error(`accounts.conf has ${file.names.length} members, which is the maximum for invitations`);
  return file.put([{ member, keys: [publicKey] }]);
}

/** Who leaves proves it here once more: the collector alone cannot put anybody out. */
async function removed(text: string, entry: Of<'leave'>): Promise<string> {
  const { lab, node, signature } = entry;
  const { name } = nodeMember(requireLab(lab), node);
  const file = accountsText(text);
  const keys = file.keysOf(name);
  if (keys.length === 0) return text;
  for (const key of keys) {
    if (await proves(key, claimOf(entry), signature)) return file.without(name);
  }
  throw new Error(`it is not signed with a key of ${node}`);
}
