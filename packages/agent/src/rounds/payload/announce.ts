import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import { defined } from '@nestwatch/common/defined';
import { createLatch } from '@nestwatch/common/latch';
import type { Log } from '@nestwatch/common/log';
import { ID_PATTERN, type PayloadServerShape, subjects, v1 } from '@nestwatch/proto';
import { type Collector, createCollector } from '../ask-collector.ts';
import type { LayerPosition } from './distance.ts';

/** A node that serves the payload in this round. */
export interface Peer extends LayerPosition {
  readonly node: string;
  readonly name: string;
  /** "address:port", in the order in which to try them. */
  readonly addresses: readonly string[];
  /** Its own; empty for an agent of 0.1.0. */
  readonly token: string;
  /** It has had its turn. */
  readonly done: boolean;
}

export interface AnnounceOptions {
  readonly connection: NatsConnection;
  readonly lab: string;
  readonly round: string;
  readonly me: Peer;
  /** Seconds of the collector's clock in one of ours. */
  rate(): number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Announced {
  others(): Peer[];
  /** Token that agents of 0.1.0 share; empty while there are none. */
  olderToken(): string;
  /** Learns who serves now. */
  refresh(): Promise<void>;
  /** Says that this node is done. */
  done(): Promise<void>;
  /** Resolves when all nodes that are known here are done, or the signal is aborted. Never rejects. */
  readonly over: Promise<void>;
}

const ASK_LIMIT_MS = 3000;
/** While no collector answers. */
const RETRY_MS = 2000;
const MOST_AGAIN_MS = 60_000;

/** Says again and again what this node serves, and learns by the answers who else does. Waits for the first answer. */
export async function announce(options: AnnounceOptions): Promise<Announced> {
  const { connection, lab, round, rate, log, signal } = options;
  const subject = subjects.payload(lab, options.me.node);
  const collector = createCollector({ connection, subject, does: 'announces nodes to each other', log });
  const others = new Map<string, Peer>();
  const allDone = createLatch();
  let { me } = options;
  let known = { epoch: '', at: 0 };
  let olderToken = '';

  /** @returns how long not to ask again, ms of the collector */
  async function ask(): Promise<number> {
    const reply = await askOnce(collector, { ...me, round, ...known }, ASK_LIMIT_MS / rate(), signal);
    if (reply === undefined) return RETRY_MS;
    if (reply.refusal !== '') {
      log.warn('this node is not announced for net.http', { reason: reply.refusal });
      return Math.max(reply.againMs, RETRY_MS);
    }
    known = { epoch: reply.epoch, at: reply.at };
    olderToken = reply.roundToken;
    for (const peer of reply.servers.map(readPeer)) {
      if (ID_PATTERN.test(peer.node) && peer.node !== me.node) others.set(peer.node, peer);
    }
    if (me.done && [...others.values()].every((each) => each.done)) allDone.wake();
    return reply.more ? ask() : Math.min(reply.againMs, MOST_AGAIN_MS);
  }

  // One request at a time: a collector answers no two of a node at once.
  let last: Promise<number> = Promise.resolve(0);
  const askInTurn = () => {
    last = last.then(ask);
    return last;
  };
  const over = new AbortController();
  const ended = allDone.wait({ signal }).then(() => over.abort());
  const keepAsking = async (firstMs: number) => {
    for (let againMs = firstMs; !over.signal.aborted && (await pause(againMs / rate(), signal)); ) {
      againMs = await askInTurn();
    }
  };
  void keepAsking(await askInTurn());
  return {
    over: ended,
    others: () => [...others.values()],
    olderToken: () => olderToken,
    async refresh() {
      await askInTurn();
    },
    async done() {
      if (me.done) return;
      me = { ...me, done: true };
      await askInTurn();
    },
  };
}

async function askOnce(
  collector: Collector,
  request: Peer & { round: string; epoch: string; at: number },
  limitMs: number,
  signal: AbortSignal,
) {
  const question = v1.PayloadRequest.encode({ ...request, addresses: [...request.addresses] }).finish();
  const bytes = await collector.ask(question, limitMs, signal);
  try {
    return bytes === undefined ? undefined : v1.PayloadReply.decode(bytes);
  } catch {
    return undefined;
  }
}

function readPeer({ node, name, addresses, layer, parent, token, done }: PayloadServerShape): Peer {
  return {
    node: node ?? '',
    name: name ?? '',
    addresses: addresses ?? [],
    parent: parent ?? '',
    token: token ?? '',
    done: done === true,
    ...defined({ layer: layer ?? undefined }),
  };
}
