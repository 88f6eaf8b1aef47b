import { exchange } from '@nestwatch/common/exchange';
import { type Deed, prove } from '@nestwatch/common/invite/proof';

/** Layers far down are slow. ms */
const LIMIT_MS = 60_000;
const MOST_BYTES = 16_384;

/** The node that asks, and the seed of its key. */
export interface Asker {
  readonly lab: string;
  readonly node: string;
  readonly seed: Uint8Array;
}

/** What the collector said. */
export type Answered = Readonly<Record<string, unknown>>;

/** A collector refused, and says why. */
export class RefusedError extends Error {}

/**
 * Asks a collector's listener of invitations for a deed, with the proof that this node asks.
 * @param base such as http://192.168.122.1:9465
 * @throws RefusedError with what it says; Error when it does not answer
 */
export async function askListener(
  base: string,
  deed: Deed,
  { lab, node, seed }: Asker,
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { nonce } = await answerOf(`${base}/nonce`, 'GET');
  if (typeof nonce !== 'string') throw new Error(`${base} is not a collector`);
  const signature = await prove(seed, { deed, lab, node, nonce });
  return answerOf(`${base}/${deed}`, 'POST', JSON.stringify({ ...more, lab, node, nonce, signature }));
}

async function answerOf(url: string, method: string, body = ''): Promise<Answered> {
  const headers = { 'content-type': 'application/json' };
  const { status, body: bytes } = await exchange(url, {
    ...{ method, headers, body },
    ...{ limitMs: LIMIT_MS, mostBytes: MOST_BYTES },
  });
  const said = parse(bytes.toString());
  if (status === 200) return said;
  const { error } = said;
  if (typeof error === 'string') throw new RefusedError(error);
  throw new Error(
    `${url} answered ${status}, which is not an answer of a collector. Check for a proxy in between`,
  );
}

function parse(text: string): Answered {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? (said as Answered) : {};
  } catch {
    return {};
  }
}
