import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { requireLab } from '../cli/enroll/accounts/member.ts';
import { authorities } from '../invite/addresses.ts';
import { type Invitation, LONGEST_TTL_MS, MOST_USES } from '../invite/invitation.ts';
import type { Invitations } from '../invite/invitations.ts';
import { installerFor, type ScriptConfig } from '../invite/serve-script.ts';
import type { Page } from './alerts.ts';
import type { Body, Verb } from './serve.ts';
import { idIn, labIn, lineIn } from './texts.ts';

const LONGEST_NAME = 64;
const PAGE = 100;

/** The answer about a new invitation. Only the addresses have its token. */
export interface MadeInvitation {
  readonly lab: string;
  readonly uses: number;
  readonly expiresMs: number;
  /** The same installer under each address of the collector, and the SHA-256 of its text there. */
  readonly addresses: readonly { readonly url: string; readonly sha256: string }[];
}

/** An invitation as it is listed, with the public keys of its guests that are not in NATS yet. */
export type ListedInvitation = Invitation & { readonly id: string; readonly waiting: readonly string[] };

/** Invites nodes to a lab: `lab`, `uses`, `ttlMs`, `by`, and where it is for one alone: `node`, `replaces`. */
export function invite(invitations: Invitations, config: ScriptConfig): Verb {
  return async (body, { name }): Promise<MadeInvitation> => {
    const [host, port] = [config['invite.host'], config['invite.port']];
    if (host === '' || port === 0)
      throw new UsageError(
        'the collector serves no invitations: set invite.host to an address that guests reach',
      );
    const wanted = { ...wantedIn(body, invitations.nowMs()), by: name ?? lineIn(body['by'], LONGEST_NAME) };
    // What keeps the installer from being made is said now, and not to the guest.
    await installerFor(config, 'localhost', '', { ...wanted, madeMs: 0, guests: [] });
    const token = await invitations.make(wanted);
    if (token === undefined) throw new UsageError('there are too many invitations: end some with --end');
    const made = await invitations.find(token);
    if (made === undefined) throw new Error('NATS did not store what it acknowledged');
    const { lab, uses, expiresMs } = made;
    const addresses = await Promise.all(
      authorities(host, port, config['invite.names']).map(async (reached) => ({
        url: `http://${reached}/i/${token}`,
        sha256: (await installerFor(config, reached, token, made)).sha256,
      })),
    );
    return { lab, uses, expiresMs, addresses };
  };
}

function wantedIn(body: Body, nowMs: number) {
  const node = body['node'] === undefined ? undefined : idIn(body['node'], 'node');
  const uses = numberIn(body['uses'], 'uses', MOST_USES);
  if (node !== undefined && uses !== 1) throw new UsageError('an invitation of one node has one use');
  return defined({
    lab: requireLab(labIn(body)),
    node,
    replaces: body['replaces'] === true && node !== undefined ? true : undefined,
    uses,
    expiresMs: nowMs + numberIn(body['ttlMs'], 'milliseconds', LONGEST_TTL_MS),
  });
}

/** Invitations that are kept, of one lab or of all; without their tokens, which are kept nowhere. */
export function readInvitations(invitations: Invitations): Verb {
  return async (body): Promise<Page<ListedInvitation>> => {
    const lab = body['lab'] === undefined ? undefined : labIn(body);
    const after = typeof body['after'] === 'string' ? body['after'] : '';
    const all = (await invitations.all()).filter(
      ({ invitation }) => lab === undefined || invitation.lab === lab,
    );
    const from = all.findIndex(({ id }) => id === after) + 1;
    const page = all.slice(from, from + PAGE);
    const more = from + PAGE < all.length ? page.at(-1)?.id : undefined;
    const items = page.map(async ({ id, invitation }) => {
      const waiting = await waitingOf(invitations, invitation);
      return { ...invitation, id, waiting };
    });
    return defined({ items: await Promise.all(items), more });
  };
}

async function waitingOf(invitations: Invitations, { lab, guests }: Invitation): Promise<string[]> {
  const waits = await Promise.all(
    guests.map(async ({ node, publicKey }) => {
      const record = await invitations.nodeOf(lab, node);
      return record?.publicKey === publicKey && record.known !== true;
    }),
  );
  return guests.filter((_, at) => waits[at]).map(({ publicKey }) => publicKey);
}

/** Ends the invitation `id`. Who came by it stays. */
export function endInvitation(invitations: Invitations): Verb {
  return async ({ id }) => {
    if (typeof id === 'string' && /^[0-9a-f]{32}$/.test(id) && (await invitations.end(id))) return;
    throw new UsageError('no invitation with that id: see --list');
  };
}

/** Lets the id `node` of `lab` be anybody's again: it was put out of NATS. */
export function releaseNode(invitations: Invitations): Verb {
  return async (body) => invitations.forgetNode(labIn(body), idIn(body['node'], 'node'));
}

function numberIn(given: unknown, what: string, most: number): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= most) return given;
  throw new UsageError(`an invitation has 1 to ${most} ${what}`);
}
