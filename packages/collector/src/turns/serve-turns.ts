import type { KV } from '@nats-io/kv';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { BUCKETS, subjects, type TurnReplyShape } from '@nestwatch/proto';
import type { Asker } from '../ingest/asker.ts';
import type { Door } from '../ingest/door.ts';
import { createLabTurns, type LabTurns } from './lab-turns.ts';
import type { Session } from './session.ts';
import { createTtlReader } from './turn-bucket.ts';
import { encodeTurnReply, parseTurnRequest, REFUSED, WAIT } from './turn-request.ts';

export interface ServeTurnsOptions {
  readonly connection: NatsConnection;
  /** On which nodes ask: another one, so that what they ask holds up nothing else. */
  readonly questions: NatsConnection;
  readonly door: Door;
  readonly bucket: KV;
  /** Longest turn, ms. */
  readonly turnLimitMs: number;
  readonly mostLabs: number;
  /** Nodes of a lab that may wait at once. */
  readonly mostWaiting: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** For how long those are sent away for whose lab there is no place. */
const FULL_MS = 10_000;

/** Grants the turns of all labs until the session ends; ends it when NATS does not answer. */
export function serveTurns(options: ServeTurnsOptions, session: Session): void {
  const { connection, questions, door, mostLabs } = options;
  const turns = { ...options, signal: session.signal };
  const ttlMs = createTtlReader(turns);
  const labs = new Map<string, LabTurns>();
  const answer = (reply: string, what: TurnReplyShape) => questions.publish(reply, encodeTurnReply(what));

  function open(lab: string): LabTurns {
    const opened = createLabTurns({ ...options, turns, lab, ttlMs, answer });
    labs.set(lab, opened);
    opened.run(() => labs.delete(lab)).catch(session.fail);
    return opened;
  }

  /** @returns what to answer at once */
  function judge({ lab, node, reply }: Asker, bytes: Uint8Array): TurnReplyShape | undefined {
    const ask = parseTurnRequest(bytes);
    if (typeof ask === 'string') return { state: REFUSED, reason: ask };
    const known = labs.get(lab);
    if (known === undefined && labs.size >= mostLabs) return { state: WAIT, againMs: FULL_MS };
    (known ?? open(lab)).ask(node, ask, reply);
    return undefined;
  }

  function take(request: Msg): void {
    const asker = door(request);
    const refusal = asker && judge(asker, request.data);
    if (asker !== undefined && refusal !== undefined) answer(asker.reply, refusal);
  }

  const subscriptions = [
    questions.subscribe(subjects.turn('*', '*'), {
      callback: (error, request) => (error === null ? take(request) : session.fail(error)),
    }),
    // Agents of 0.1.0 give a turn back by themselves.
    connection.subscribe(`$KV.${BUCKETS.benchmarkLeases}.*`, {
      callback: (error, message) => {
        if (error !== null) return session.fail(error);
        const isRemoval = ['DEL', 'PURGE'].includes(message.headers?.get('KV-Operation') ?? '');
        if (isRemoval) labs.get(message.subject.split('.').at(-1) ?? '')?.wake();
      },
    }),
  ];
  session.signal.addEventListener('abort', () => {
    for (const each of subscriptions) each.unsubscribe();
  });
}
