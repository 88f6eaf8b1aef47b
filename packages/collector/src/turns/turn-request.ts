import { type TurnReplyShape, v1 } from '@nestwatch/proto';
import { plainText } from './plain-text.ts';

export const { TAKE, KEEP, RELEASE } = v1.TurnRequest.Want;
export const { HELD, WAIT, LOST, RELEASED, REFUSED } = v1.TurnReply.State;

/** What a node wants, checked. */
export interface TurnAsk {
  readonly want: typeof TAKE | typeof KEEP | typeof RELEASE;
  readonly claim: string;
  readonly name: string;
  readonly benchmark: string;
  readonly round: string;
  /** 0 where the node does not say. */
  readonly limitMs: number;
}

/** A request holds two short names and two ids. */
const MOST_BYTES = 2048;
const CLAIM = /^[A-Za-z0-9_-]{16,64}$/;
const [MOST_NAME, MOST_ROUND] = [64, 128];

/** @returns what is asked for, or why it cannot be, in one line */
export function parseTurnRequest(bytes: Uint8Array): TurnAsk | string {
  if (bytes.length > MOST_BYTES) return `the request is larger than ${MOST_BYTES} bytes`;
  let request: ReturnType<typeof v1.TurnRequest.decode>;
  try {
    request = v1.TurnRequest.decode(bytes);
  } catch {
    return 'cannot decode the request';
  }
  const { want, claim, limitMs } = request;
  if (want !== TAKE && want !== KEEP && want !== RELEASE) return 'it does not say what it requests';
  if (!CLAIM.test(claim)) return 'its claim is not 16 to 64 letters, digits, "-" and "_"';
  return {
    want,
    claim,
    name: plainText(request.name, MOST_NAME),
    benchmark: plainText(request.benchmark, MOST_NAME),
    round: plainText(request.round, MOST_ROUND),
    limitMs,
  };
}

export function encodeTurnReply(reply: TurnReplyShape): Uint8Array {
  return v1.TurnReply.encode(reply).finish();
}
