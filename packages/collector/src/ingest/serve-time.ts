import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { ID_PATTERN, inboxPrefix, subjects, v1 } from '@nestwatch/proto';
import type { ToldPlace } from '../topology/topology.ts';

/** Where a node stands in its lab; nothing in it until known. */
export type Place = Partial<ToldPlace>;

export interface ServeTimeOptions {
  clock: Clock;
  /** Names this collector: agents do not mix the clocks of several. */
  collector: string;
  placeOf(lab: string, node: string): Place;
  log: Log;
}

/** Collectors share the questions, each is answered once. */
const QUEUE = 'sync';

/** Answers agents that ask for the time and for their place. Ends with the connection. */
export function serveTime(connection: NatsConnection, options: ServeTimeOptions): Subscription {
  const { clock, log } = options;
  return connection.subscribe(subjects.sync('*', '*'), {
    queue: QUEUE,
    callback: (error, message) => {
      const receivedUs = clock.wallUs();
      if (error !== null) log.warn('questions for the time cannot be taken', { error: messageOf(error) });
      else answer(message, receivedUs, options);
    },
  });
}

function answer(message: Msg, receivedUs: number, { clock, collector, placeOf }: ServeTimeOptions): void {
  const [, lab = '', node = ''] = message.subject.split('.');
  if (!ID_PATTERN.test(lab) || !ID_PATTERN.test(node)) return;
  // NATS does not check where an answer is asked to: without this, a node could have us write to another's subject.
  if (!message.reply?.startsWith(`${inboxPrefix(lab, node)}.`)) return;
  const { parent = '', ...place } = placeOf(lab, node);
  const reply = { receivedUs, collector, parent, ...place };
  message.respond(v1.SyncReply.encode({ ...reply, sentUs: clock.wallUs() }).finish());
}
