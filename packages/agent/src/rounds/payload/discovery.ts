import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import { defined } from '@nestwatch/common/defined';
import { createLatch } from '@nestwatch/common/latch';
import { type Log, saying } from '@nestwatch/common/log';
import { BUCKETS, ID_PATTERN, v1 } from '@nestwatch/proto';
import type { LayerPosition } from './distance.ts';

/** A node that serves the payload in this round. */
export interface Peer extends LayerPosition {
  readonly node: string;
  readonly name: string;
  /** "address:port", in the order in which to try them. */
  readonly addresses: readonly string[];
  /** It has had its turn. */
  readonly done: boolean;
}

export interface DiscoveryOptions {
  readonly connection: NatsConnection;
  readonly bucket: KV;
  /** Of the keys of this round: each node's is this, a dot, and its id. */
  readonly prefix: string;
  readonly me: Peer;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const ANSWER_WITHIN_MS = 200;

/**
 * Makes this node and the others of a round known to each other. A node may read single keys and listen, but not list
 * a bucket, as that takes a consumer, which could speak as anybody. So whoever hears of a node for the first time
 * says its own name again.
 * @throws when the first announcement is not taken
 */
export async function discoverPeers(options: DiscoveryOptions) {
  const { connection, bucket, prefix, log, signal } = options;
  const others = new Map<string, Peer>();
  let { me } = options;
  let answering = false;
  const allDone = createLatch();

  const announce = () => bucket.put(`${prefix}.${me.node}`, v1.PayloadServer.encode(encodable(me)).finish());
  const answer = async () => {
    if (answering) return;
    answering = true;
    await pause(Math.random() * ANSWER_WITHIN_MS, signal);
    answering = false;
    await announce().catch(saying(log.warn, 'cannot announce this node for net.http'));
  };
  const checkOver = () => {
    if (me.done && [...others.values()].every((each) => each.done)) allDone.wake();
  };
  const subscription = connection.subscribe(`$KV.${BUCKETS.rounds}.${prefix}.*`, {
    callback: (error, message) => {
      // An answer of the server that somebody directed at another node's key says whose it is not.
      if (error !== null || message.headers?.has('Nats-Stream')) return;
      const heard = parsePeer(message.subject.split('.').at(-1) ?? '', message.data);
      if (heard === undefined || heard.node === me.node) return;
      const isNew = !others.has(heard.node);
      others.set(heard.node, heard);
      if (isNew) void answer();
      checkOver();
    },
  });
  const over = allDone.wait({ signal }).then(() => subscription.unsubscribe());
  await announce();
  return {
    /** Resolves when all nodes that are known here are done, or the signal is aborted. Never rejects. */
    over,
    others: () => [...others.values()],
    /** Says that this node is done. */
    async done(): Promise<void> {
      if (me.done) return;
      me = { ...me, done: true };
      checkOver();
      await announce();
    },
  };
}

const encodable = (present: Peer) => ({ ...present, addresses: [...present.addresses] });

const MOST_ADDRESSES = 64;
/** As long as the collector takes the name of a node in its own messages. */
const LONGEST_NAME = 256;

/** What a node says about itself under its own key; undefined for anything else, such as the token. */
function parsePeer(key: string, bytes: Uint8Array): Peer | undefined {
  try {
    const { node, name, addresses, layer, parent, done } = v1.PayloadServer.decode(bytes);
    if (node !== key || !ID_PATTERN.test(node ?? '')) return undefined;
    return {
      node,
      name: (name ?? '').slice(0, LONGEST_NAME),
      addresses: (addresses ?? []).slice(0, MOST_ADDRESSES),
      parent: parent ?? '',
      done: done === true,
      ...defined({ layer: layer ?? undefined }),
    };
  } catch {
    return undefined;
  }
}
