import { createHmac } from 'node:crypto';

/** What the payload server and the download of net.http agree on. */
export const PAYLOAD_PATH = '/nestwatch/payload';
/** Tells the client that it has reached the node that it meant, since addresses repeat behind NAT. */
export const NODE_HEADER = 'x-nestwatch-node';
/** Set by the server when its own limit, not the network, decided the speed. */
export const RATE_HEADER = 'x-nestwatch-rate';
/** Sent instead of the token, until it is known who answers. */
export const CHALLENGE_HEADER = 'x-nestwatch-challenge';
export const PROOF_HEADER = 'x-nestwatch-proof';

/** What only a server that knows the token can answer to a challenge. */
export function proofOf(token: string, node: string, challenge: string): string {
  return createHmac('sha256', token).update(`${node}\n${challenge}`).digest('base64url');
}
