import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import { isWrongRevision, readEntry } from '@nestwatch/common/nats/lease-entry';
import { admit, invitationKey, type NodeRecord, nodeKey, parseNodeRecord } from './admit.ts';
import { type Invitation, invitationId, newToken, parseInvitation } from './invitation.ts';

/** How long it is known of an invitation that it expired, ms. */
const KNOWN_AFTER_MS = 30 * 86_400_000;
const MOST_INVITATIONS = 2000;

/** The invitations that all collectors share, and who came by them. */
export function createInvitations(bucket: () => Promise<KV>, clock: Pick<Clock, 'wallUs'>) {
  const nowMs = () => Math.round(clock.wallUs() / 1000);
  return {
    nowMs,
    /** @returns its token, which is kept nowhere; undefined when there are too many */
    async make(wanted: Omit<Invitation, 'madeMs' | 'guests'>): Promise<string | undefined> {
      const kept = await bucket();
      const all = await readAll(kept);
      const old = all.filter(({ invitation }) => nowMs() - invitation.expiresMs > KNOWN_AFTER_MS);
      for (const { id } of old) await kept.delete(invitationKey(id));
      if (all.length - old.length >= MOST_INVITATIONS) return undefined;
      const token = newToken();
      const made: Invitation = { ...wanted, madeMs: nowMs(), guests: [] };
      await kept.create(invitationKey(invitationId(token) ?? ''), JSON.stringify(made));
      return token;
    },
    /** @returns undefined when there is none with this token */
    async find(token: string): Promise<Invitation | undefined> {
      const id = invitationId(token);
      const entry = id === undefined ? undefined : await readEntry(await bucket(), invitationKey(id));
      return entry === undefined ? undefined : parseInvitation(entry.value);
    },
    /** @throws Refusal */
    async admit(token: string, node: string, publicKey: string): Promise<Invitation> {
      return admit(await bucket(), invitationId(token) ?? '', { node, publicKey, atMs: nowMs() });
    },
    all: async () => readAll(await bucket()),
    /** Ends an invitation now. False when there is no invitation with that id. */
    async end(id: string): Promise<boolean> {
      const kept = await bucket();
      if ((await readEntry(kept, invitationKey(id))) === undefined) return false;
      await kept.delete(invitationKey(id));
      return true;
    },
    async nodeOf(lab: string, node: string): Promise<NodeRecord | undefined> {
      return parseNodeRecord((await readEntry(await bucket(), nodeKey(lab, node)))?.value);
    },
    /** Notes that NATS knows a node. Where somebody else changed what is kept meanwhile, the next one notes it. */
    async noteKnown(lab: string, node: string): Promise<void> {
      const kept = await bucket();
      const entry = await readEntry(kept, nodeKey(lab, node));
      const record = parseNodeRecord(entry?.value);
      if (entry === undefined || record === undefined || record.known === true) return;
      const value = JSON.stringify({ ...record, known: true });
      await kept.update(nodeKey(lab, node), value, entry.revision).catch((error: unknown) => {
        if (!isWrongRevision(error)) throw error;
      });
    },
    /** Lets an id be anybody's again. */
    async forgetNode(lab: string, node: string): Promise<void> {
      await (await bucket()).delete(nodeKey(lab, node));
    },
  };
}

export type Invitations = ReturnType<typeof createInvitations>;

async function readAll(bucket: KV): Promise<{ id: string; invitation: Invitation }[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys('invitation.>')) keys.push(key);
  const found: { id: string; invitation: Invitation }[] = [];
  for (const key of keys) {
    const invitation = parseInvitation((await readEntry(bucket, key))?.value ?? '');
    if (invitation !== undefined) found.push({ id: key.slice('invitation.'.length), invitation });
  }
  return found.sort((a, b) => a.invitation.madeMs - b.invitation.madeMs);
}
