import type { KV } from '@nats-io/kv';
import { isWrongRevision, readEntry } from '@nestwatch/common/nats/lease-entry';
import { type Guest, type Invitation, parseInvitation } from './invitation.ts';
import { Refusal } from './refusal.ts';

/** Others that come by the same invitation at once: each makes one try in vain. */
const MOST_TRIES = 100;

/** What is kept of a node that came by an invitation. */
export interface NodeRecord {
  readonly publicKey: string;
  readonly atMs: number;
  /** True when it is in NATS; absent where that is not known. */
  readonly known?: boolean;
}

export const nodeKey = (lab: string, node: string) => `node.${lab}.${node}`;
export const invitationKey = (id: string) => `invitation.${id}`;

/**
 * Takes a guest in: its id becomes its own, and a use of the invitation is spent, each at most once, even if others come at the
 * same time to this collector or another. Who came already may come again with the same key, and spends nothing.
 * @throws Refusal, in which case nothing was spent
 */
export async function admit(bucket: KV, id: string, guest: Guest): Promise<Invitation> {
  const taken = { isOurs: false };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const done = await admitOnce(bucket, id, guest, taken);
    if (done !== undefined) return done;
  }
  throw new Refusal(503, 'too many nodes use this invitation at once: try again');
}

/** @returns undefined when somebody else came meanwhile: whether there is a use left has to be asked again */
async function admitOnce(
  bucket: KV,
  id: string,
  guest: Guest,
  taken: { isOurs: boolean },
): Promise<Invitation | undefined> {
  const found = await readEntry(bucket, invitationKey(id));
  const invitation = found === undefined ? undefined : parseInvitation(found.value);
  if (found === undefined || invitation === undefined) throw new Refusal(404, 'unknown invitation');
  const key = nodeKey(invitation.lab, guest.node);
  try {
    checkTime(invitation, guest);
    if (invitation.guests.some((each) => isSame(each, guest))) return invitation;
    checkUses(invitation);
    taken.isOurs = (await takeId(bucket, key, invitation, guest)) || taken.isOurs;
  } catch (error) {
    if (taken.isOurs) await bucket.delete(key);
    throw error;
  }
  const next = { ...invitation, guests: [...invitation.guests, guest] };
  try {
    await bucket.update(invitationKey(id), JSON.stringify(next), found.revision);
    return next;
  } catch (error) {
    if (!isWrongRevision(error)) throw error;
    return undefined;
  }
}

function checkTime({ expiresMs, node }: Invitation, guest: Guest): void {
  if (guest.atMs > expiresMs) throw new Refusal(410, expiredText(expiresMs));
  if (node !== undefined && node !== guest.node)
    throw new Refusal(403, `this invitation is only for ${node}: give --node ${node}`);
}

function checkUses({ guests, uses }: Invitation): void {
  if (guests.length < uses) return;
  throw new Refusal(410, `this invitation is used up (${uses} of ${uses}): ask for another`);
}

export function expiredText(expiresMs: number): string {
  return `this invitation expired at ${new Date(expiresMs).toISOString()}: ask for another`;
}

/**
 * Makes an id the guest's own.
 * @returns whether it was free before
 * @throws Refusal when it is another's
 */
async function takeId(
  bucket: KV,
  key: string,
  { replaces, node }: Invitation,
  guest: Guest,
): Promise<boolean> {
  const record: NodeRecord = { publicKey: guest.publicKey, atMs: guest.atMs };
  try {
    await bucket.create(key, JSON.stringify(record));
    return true;
  } catch (error) {
    if (!isWrongRevision(error)) throw error;
  }
  const other = parseNodeRecord((await readEntry(bucket, key))?.value);
  if (other?.publicKey === guest.publicKey) return false;
  if (replaces === true && node === guest.node) {
    await bucket.put(key, JSON.stringify(record));
    return false;
  }
  throw new Refusal(
    409,
    `the id ${guest.node} belongs to another key: give another with --node NAME, or have it invited with --replace`,
  );
}

/** @param text undefined where nothing is kept */
export function parseNodeRecord(text: string | undefined): NodeRecord | undefined {
  try {
    const record = JSON.parse(text ?? '') as NodeRecord;
    return typeof record.publicKey === 'string' && typeof record.atMs === 'number' ? record : undefined;
  } catch {
    return undefined;
  }
}

function isSame(one: Guest, other: Guest): boolean {
  return one.node === other.node && one.publicKey === other.publicKey;
}
