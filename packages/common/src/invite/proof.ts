/** What a node asks of the listener of invitations, and proves by its key. */
export type Deed = 'enrol' | 'state' | 'upgrade' | 'leave';

export interface Claim {
  readonly deed: Deed;
  readonly lab: string;
  readonly node: string;
  /** Given out by the collector a moment ago: clocks of guests may be years off. */
  readonly nonce: string;
}

/** Begins with U. */
export const PUBLIC_KEY = /^U[A-Z2-7]{55}$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** @returns the signature in base64 */
export async function prove(seed: Uint8Array, claim: Claim): Promise<string> {
  const { nkeys } = await import('@nats-io/transport-node');
  return Buffer.from(nkeys.fromSeed(seed).sign(bytesOf(claim))).toString('base64');
}

/** Whether the owner of a key signed this claim. Never throws, whatever it is given. */
export async function proves(publicKey: string, claim: Claim, signature: unknown): Promise<boolean> {
  if (!PUBLIC_KEY.test(publicKey) || typeof signature !== 'string' || !SIGNATURE.test(signature))
    return false;
  const { nkeys } = await import('@nats-io/transport-node');
  try {
    return nkeys.fromPublic(publicKey).verify(bytesOf(claim), Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function bytesOf({ deed, lab, node, nonce }: Claim): Uint8Array {
  return new TextEncoder().encode(`nestwatch ${deed} ${lab} ${node} ${nonce}`);
}
