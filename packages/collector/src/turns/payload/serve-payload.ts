import type { KV } from '@nats-io/kv';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { BUCKETS, type PayloadReplyShape, subjects, v1 } from '@nestwatch/proto';
import { type Asker, dismiss } from '../../ingest/asker.ts';
import type { Door } from '../../ingest/door.ts';
import type { Session } from '../session.ts';
import { type Announcement, parseAnnouncement } from './announcement.ts';
import { createOlderAgents } from './older-agents.ts';
import { createRoundsBook } from './rounds-book.ts';

export interface PayloadOptions {
  readonly connection: NatsConnection;
  /** On which nodes ask. */
  readonly questions: NatsConnection;
  readonly door: Door;
  /** Of the rounds. */
  readonly bucket: KV;
  readonly mostLabs: number;
  /** Nodes of a round. */
  readonly mostNodes: number;
  /** Where a node stands, as the collector knows; it goes before what the node says. */
  positionOf(lab: string, node: string): { readonly layer?: number; readonly parent: string };
  readonly clock: Clock;
  readonly log: Log;
}

/** How long those wait whose announcement is not taken. */
const REFUSED_MS = 10_000;

/**
 * Tells the nodes of a round of net.http of each other, until the session ends. A node speaks for itself only, has a share
 * of what is kept, and says where it is in numbers only.
 */
export function servePayload(options: PayloadOptions, session: Session): void {
  const { connection, questions, door, positionOf, mostNodes, clock, log } = options;
  const nowMs = () => clock.wallUs() / 1000;
  const book = createRoundsBook({ ...options, onForgotten: (...key) => void older.forget(...key) });
  const older = createOlderAgents({ ...options, find: book.find });

  async function note(
    { lab, node }: Asker,
    { round, server, ...since }: Announcement,
  ): Promise<PayloadReplyShape> {
    const refuse = (refusal: string): PayloadReplyShape => ({ refusal, againMs: REFUSED_MS });
    let found = book.find(lab, round);
    if (found === undefined) {
      found = book.open(lab, round, nowMs());
      if (found === undefined) return refuse('too many labs have rounds at once');
      await older.discover(lab, round);
    }
    const { layer, parent } = positionOf(lab, node);
    const placed = layer === undefined ? server : { ...server, layer, parent };
    if (!found.members.set(node, placed))
      return refuse(`the round already has ${mostNodes} nodes, which is the maximum`);
    found.touchedMs = nowMs();
    book.boundNode(lab, node);
    void older.tell(lab, round, placed);
    const roundToken = await older.tokenOf(lab, round);
    return { ...found.members.changesFor(node, since), roundToken };
  }

  /** One at a time for each node: faster requests get one answer. */
  const asking = new Set<string>();
  async function answer(asker: Asker, request: Msg): Promise<void> {
    const key = `${asker.lab}.${asker.node}`;
    if (asking.has(key)) return dismiss(request);
    asking.add(key);
    try {
      const announcement = parseAnnouncement(asker.node, request.data, nowMs());
      const reply =
        typeof announcement === 'string'
          ? { refusal: announcement, againMs: REFUSED_MS }
          : await note(asker, announcement);
      if (!session.signal.aborted) questions.publish(asker.reply, v1.PayloadReply.encode(reply).finish());
    } finally {
      asking.delete(key);
    }
  }

  function take(request: Msg): void {
    const asker = door(request);
    if (asker === undefined) return;
    answer(asker, request).catch((error: unknown) => {
      log.warn('cannot announce nodes to each other for net.http', { error: messageOf(error) });
    });
  }

  const subscriptions = [
    questions.subscribe(subjects.payload('*', '*'), {
      callback: (error, request) => (error === null ? take(request) : session.fail(error)),
    }),
    connection.subscribe(`$KV.${BUCKETS.rounds}.*.*.*`, {
      callback: (error, message) => (error === null ? older.hear(message) : session.fail(error)),
    }),
  ];
  session.signal.addEventListener('abort', () => {
    for (const each of subscriptions) each.unsubscribe();
  });
}
