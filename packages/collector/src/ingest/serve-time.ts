import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { createSharedAccountWarning } from '@nestwatch/common/nats/kept-apart';
import { subjects, v1 } from '@nestwatch/proto';
import { ALL_LABS, type OwnLabs, ofShard } from '../shards/own-labs.ts';
import { isAcross } from './asker.ts';
import type { Door } from './door.ts';

export interface ServeTimeOptions {
  clock: Clock;
  /** Names this collector: agents do not mix the clocks of several. */
  collector: string;
  /** A node's layer position, as the collector sends it. */
  positionOf(lab: string, node: string): { layer?: number; parent: string; parentExitUs?: number };
  /** When why its guests exit was last asked for, µs since 1970, and whether by an alert; empty where nobody did. */
  exitsWantedOf?(lab: string, node: string): { exitsWantedUs?: number; exitsWantedByAlert?: boolean };
  /** The version that nodes of a lab may move to, and when it was offered; empty where none is. */
  upgradeOf?(lab: string): { upgradeVersion?: string; upgradeMadeUs?: number };
  door: Door;
  log: Log;
  labs?: Pick<OwnLabs, 'shard'>;
}

/** Collectors share the questions, each is answered once. */
const QUEUE = 'sync';

/** Answers agents that ask for the time and for their layer position. Ends with the connection. */
export function serveTime(connection: NatsConnection, options: ServeTimeOptions): Subscription {
  const { clock, log, labs = ALL_LABS } = options;
  const warn = createSharedAccountWarning(log);
  return connection.subscribe(subjects.sync('*', '*'), {
    queue: ofShard(QUEUE, labs),
    callback: (error, question) => {
      const receivedUs = clock.wallUs();
      if (error !== null) log.warn('cannot serve time requests', { error: messageOf(error) });
      else answer(question, receivedUs, { ...options, warn });
    },
  });
}

interface AnswerOptions extends ServeTimeOptions {
  warn(keptApart: boolean): void;
}

function answer(question: Msg, receivedUs: number, options: AnswerOptions): void {
  const { clock, collector, positionOf, exitsWantedOf, upgradeOf, door, warn } = options;
  const asker = door(question);
  if (asker === undefined) return;
  const keptApart = isAcross(asker.reply);
  warn(keptApart);
  const { lab, node } = asker;
  const wanted = { ...exitsWantedOf?.(lab, node), ...upgradeOf?.(lab) };
  const reply = { receivedUs, collector, keptApart, ...positionOf(lab, node), ...wanted };
  question.respond(v1.SyncReply.encode({ ...reply, sentUs: clock.wallUs() }).finish());
}
