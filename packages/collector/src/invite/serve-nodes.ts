import { messageOf } from '@nestwatch/common/errors';
import { type Claim, type Deed, PUBLIC_KEY, proves } from '@nestwatch/common/invite/proof';
import type { Log } from '@nestwatch/common/log';
import { ID_PATTERN } from '@nestwatch/proto';
import { acrossReload } from './across-reload.ts';
import type { Guesses } from './guesses.ts';
import type { Invitations } from './invitations.ts';
import type { Nonces } from './nonce.ts';
import { Refusal } from './refusal.ts';
import type { StagedEntry } from './staged/entry.ts';
import type { Outcome } from './staged/outcome.ts';
import type { Staging } from './staged/stage.ts';
import type { Upgrades } from './upgrades.ts';

/** How long an answer waits for who installs entries: longer than a reload takes. ms */
const STAGED_MS = 15_000;

/** What was asked; texts alone. */
export type Body = Readonly<Record<string, string>>;

export interface NodeServices {
  readonly invitations: Invitations;
  readonly nonces: Nonces;
  readonly guesses: Guesses;
  readonly staging: Staging;
  readonly upgrades: Pick<Upgrades, 'read'>;
  readonly log: Log;
  /** What is written of a node: its newest report, place and capability. */
  readonly reportOf: (lab: string, node: string) => Promise<object>;
}

/**
 * Takes a guest in under its invitation.
 * @returns undefined when the token is wrong, and too many wait already
 * @throws Refusal
 */
export async function enrolGuest(services: NodeServices, body: Body, address: string) {
  const { invitations, guesses, log } = services;
  const { token = '', publicKey = '' } = body;
  const invitation = await invitations.find(token);
  if (invitation === undefined) {
    log.warn('somebody used an unknown invitation', { address });
    if (!(await guesses.wrong(address))) return undefined;
    throw new Refusal(404, 'unknown invitation');
  }
  const { lab, node } = claimIn(services, 'enrol', body);
  if (lab !== invitation.lab) throw new Refusal(403, `this invitation is for lab ${invitation.lab}`);
  await requireProof(services, 'enrol', body, publicKey);
  await invitations.admit(token, node, publicKey);
  const outcome = await stage(services, { kind: 'enrol', lab, node, publicKey });
  log.info('a node used an invitation', { lab, node, publicKey, address, outcome: said(outcome) });
  if (outcome?.done === false) {
    await acrossReload(() => invitations.forgetNode(lab, node));
    throw new Refusal(409, outcome.error ?? 'NATS refused it');
  }
  if (outcome !== undefined) await acrossReload(() => invitations.noteKnown(lab, node));
  return { lab, node, state: outcome === undefined ? 'waiting' : 'known' };
}

/** Says what is known of a node that came by an invitation, to itself. @throws Refusal */
export async function stateOfNode(services: NodeServices, body: Body) {
  const { invitations, staging, reportOf } = services;
  const { lab, node, publicKey, atMs, known } = await knownNode(services, 'state', body);
  const report = await reportOf(lab, node);
  const outcome = known ? undefined : await staging.outcomeOf({ kind: 'enrol', lab, node, publicKey }, atMs);
  // Where nothing takes entries, a node that reports was added by hand.
  const isKnown = known || outcome?.done === true || 'lastSeenUs' in report;
  if (isKnown && !known) await invitations.noteKnown(lab, node);
  return { state: isKnown ? 'known' : 'waiting', nowUs: invitations.nowMs() * 1000, ...report };
}

/** Gives a node the signed offer of a version, where its lab has one. @throws Refusal */
export async function offerForNode(services: NodeServices, body: Body) {
  const { lab } = await knownNode(services, 'upgrade', body);
  const offer = await services.upgrades.read(lab);
  if (offer === undefined) throw new Refusal(404, `lab ${lab} is offered no other version`);
  return { text: offer.text, signature: offer.signature };
}

/** Takes a node out that wants to go. @throws Refusal */
export async function letGo(services: NodeServices, body: Body) {
  const { lab, node } = await knownNode(services, 'leave', body);
  const { nonce = '', signature = '' } = body;
  const outcome = await stage(services, { kind: 'leave', lab, node, nonce, signature });
  services.log.info('a node leaves', { lab, node, outcome: said(outcome) });
  if (outcome?.done === false) throw new Refusal(409, outcome.error ?? 'NATS refused it');
  if (outcome === undefined)
    throw new Refusal(503, 'this collector cannot remove nodes: it stays in NATS until "nestwatch revoke"');
  await acrossReload(() => services.invitations.forgetNode(lab, node));
  return { state: 'gone' };
}

/** A folder that cannot be written is as one that nobody looks into. */
async function stage({ staging, log }: NodeServices, entry: StagedEntry): Promise<Outcome | undefined> {
  try {
    return await staging.put(entry, STAGED_MS);
  } catch (error) {
    log.warn('cannot stage a node for NATS', { node: entry.node, error: messageOf(error) });
    return undefined;
  }
}

async function knownNode(services: NodeServices, deed: Deed, body: Body) {
  const { lab, node } = claimIn(services, deed, body);
  const record = await acrossReload(() => services.invitations.nodeOf(lab, node));
  // The same words for who is not known and for who cannot prove it: nobody learns which ids there are.
  await requireProof(services, deed, body, record?.publicKey ?? '');
  const { publicKey = '', atMs = 0, known = false } = record ?? {};
  return { lab, node, publicKey, atMs, known };
}

/** @throws Refusal for an invalid claim, or an old nonce */
function claimIn({ nonces }: NodeServices, deed: Deed, { lab = '', node = '', nonce = '' }: Body): Claim {
  if (!ID_PATTERN.test(lab) || !ID_PATTERN.test(node)) throw new Refusal(400, 'the request names no node');
  if (!nonces.knows(nonce)) throw new Refusal(403, 'the request took too long: try again');
  return { deed, lab, node, nonce };
}

async function requireProof(
  services: NodeServices,
  deed: Deed,
  body: Body,
  publicKey: string,
): Promise<void> {
  const proven =
    PUBLIC_KEY.test(publicKey) && (await proves(publicKey, claimIn(services, deed, body), body['signature']));
  if (!proven) throw new Refusal(403, 'unknown node id or key');
}

function said(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'waiting for nestwatch-enroll.service';
  return outcome.error ?? 'in NATS';
}
