import { type Claim, PUBLIC_KEY } from '@nestwatch/common/invite/proof';
import { ID_PATTERN } from '@nestwatch/proto';

/** What the collector asks of who may write the accounts of NATS. */
export type StagedEntry =
  | { readonly kind: 'enrol'; readonly lab: string; readonly node: string; readonly publicKey: string }
  | {
      readonly kind: 'leave';
      readonly lab: string;
      readonly node: string;
      readonly nonce: string;
      readonly signature: string;
    };

/** Longest entry, bytes. */
export const MOST_ENTRY_BYTES = 2048;
/** Names of entries: what else lies in the folder is none. */
export const ENTRY_NAME = /^[0-9a-f]{32}\.json$/;

const KEYS = {
  enrol: ['kind', 'lab', 'node', 'publicKey'],
  leave: ['kind', 'lab', 'node', 'nonce', 'signature'],
};

/**
 * An entry names the member without its permissions: the service that installs it writes those.
 * @throws Error that says what is wrong
 */
export function parseEntry(text: string): StagedEntry {
  const given: unknown = JSON.parse(text);
  if (typeof given !== 'object' || given === null) throw new Error('it is not an object');
  const entry = given as Record<string, unknown>;
  const kind = entry['kind'];
  if (kind !== 'enrol' && kind !== 'leave') throw new Error('its kind must be enrol or leave');
  const keys = Object.keys(entry).sort().join(' ');
  const expected = [...KEYS[kind]].sort().join(' ');
  if (keys !== expected) throw new Error(`its members must be ${expected}`);
  for (const key of KEYS[kind]) {
    if (typeof entry[key] !== 'string') throw new Error(`its ${key} is not a text`);
  }
  const { lab, node, publicKey } = entry as Record<string, string>;
  if (!ID_PATTERN.test(lab ?? '') || !ID_PATTERN.test(node ?? ''))
    throw new Error('its lab or node is not an id');
  if (kind === 'enrol' && !PUBLIC_KEY.test(publicKey ?? ''))
    throw new Error('its key is not the public key of a user');
  return entry as unknown as StagedEntry;
}

/** What the node has signed who wants to leave. */
export function claimOf({ lab, node, nonce }: Extract<StagedEntry, { kind: 'leave' }>): Claim {
  return { deed: 'leave', lab, node, nonce };
}
