import { parseNetAddress } from '@nestwatch/common/net-address';
import { ID_PATTERN, type PayloadServerShape, v1 } from '@nestwatch/proto';
import { plainText } from '../plain-text.ts';

/** What a node says of itself in a round of net.http, checked. */
export interface Announcement {
  /** A key's part: the same for all nodes of a round. */
  readonly round: string;
  readonly server: PayloadServerShape & { readonly node: string; readonly done: boolean };
  /** How far the node knows the others: the epoch, and its count of changes. */
  readonly epoch: string;
  readonly at: number;
}

const MOST_BYTES = 8192;
const MOST_ADDRESSES = 16;
const MOST_NAME = 64;
const MOST_LAYER = 64;
const TOKEN = /^[A-Za-z0-9_-]{22,64}$/;
const ROUND = /^net_http-([0-9]{12,14})$/;
const HOUR_MS = 3_600_000;
/** A round lasts for a day at most, and an asker's clock may be off. */
const [MOST_PAST_MS, MOST_AHEAD_MS] = [25 * HOUR_MS, HOUR_MS];

/** @returns what a node announces about itself, or why it cannot be taken, in one line */
export function parseAnnouncement(node: string, bytes: Uint8Array, nowMs: number): Announcement | string {
  if (bytes.length > MOST_BYTES) return `the announcement is larger than ${MOST_BYTES} bytes`;
  let request: Decoded<typeof v1.PayloadRequest>;
  try {
    request = v1.PayloadRequest.decode(bytes);
  } catch {
    return 'cannot decode the announcement';
  }
  const { round, addresses, token, epoch, at, done } = request;
  const [, nominal] = ROUND.exec(round) ?? [];
  if (nominal === undefined) return 'its round is not "net_http-" and a time';
  const ageMs = nowMs - Number(nominal);
  if (ageMs > MOST_PAST_MS || ageMs < -MOST_AHEAD_MS) return 'its round is not from today';
  if (!TOKEN.test(token)) return 'its token is not 22 to 64 letters, digits, "-" and "_"';
  if (addresses.length > MOST_ADDRESSES) return `it has more than ${MOST_ADDRESSES} addresses`;
  const odd = addresses.find((each) => parseNetAddress(each) === undefined);
  if (odd !== undefined) return `${JSON.stringify(plainText(odd, MOST_NAME))} is not an address and a port`;
  const server = { ...describeServer(node, request), addresses, token, done };
  return { round, server, epoch, at };
}

/**
 * What an agent of 0.1.0 put into the bucket about itself.
 * @returns undefined for anything else
 */
export function parseOlderServer(node: string, bytes: Uint8Array): PayloadServerShape | undefined {
  try {
    const found = v1.PayloadServer.decode(bytes);
    if (found.node !== node || !ID_PATTERN.test(node)) return undefined;
    const addresses = found.addresses.filter((each) => parseNetAddress(each) !== undefined);
    return {
      ...describeServer(node, found),
      addresses: addresses.slice(0, MOST_ADDRESSES),
      done: found.done,
      token: '',
    };
  } catch {
    return undefined;
  }
}

type Decoded<T extends { decode(bytes: Uint8Array): unknown }> = ReturnType<T['decode']>;
type Described = Pick<Decoded<typeof v1.PayloadRequest>, 'name' | 'layer' | 'parent'>;

function describeServer(node: string, { name, layer, parent }: Described) {
  return {
    node,
    name: plainText(name, MOST_NAME),
    parent: ID_PATTERN.test(parent) ? parent : '',
    ...(typeof layer === 'number' && layer <= MOST_LAYER ? { layer } : {}),
  };
}
