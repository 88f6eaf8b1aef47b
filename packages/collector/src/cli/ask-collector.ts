import { errors, type Msg, type NatsConnection, type QueuedIterator } from '@nats-io/transport-node';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { subjects } from '@nestwatch/proto';
import type { Page } from '../operators/alerts.ts';
import { KIND_HEADER } from '../operators/serve.ts';

const ANSWER_LIMIT_MS = 10_000;

/**
 * Asks the collectors for something, as JSON, and gives the answer.
 * @throws UsageError with what the collector says, or when none answers
 */
export async function askCollector<T>(
  connection: NatsConnection,
  role: 'read' | 'operate',
  verb: string,
  body: object,
  limitMs = ANSWER_LIMIT_MS,
): Promise<T> {
  const asked = JSON.stringify(body);
  try {
    const message = await connection.request(subjects[role](verb), asked, { timeout: limitMs });
    return answerIn(message.string());
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(whyNot(role, error), { cause: error });
  }
}

/** All parts of a list. @throws as askCollector */
export async function readPages<T>(connection: NatsConnection, verb: string, body: object): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page: Page<T> = await askCollector(connection, 'read', verb, { ...body, after });
    items.push(...page.items);
    after = page.more;
  } while (after !== undefined);
  return items;
}

/**
 * Asks the collectors for something that goes on, and hears of it.
 * @param hear told the kind and the content of each message that is not the answer
 * @returns how to stop, once the answer is there
 * @throws as askCollector
 */
export async function askAndFollow(
  connection: NatsConnection,
  verb: string,
  body: object,
  limitMs: number,
  hear: (kind: string, data: Uint8Array) => void,
): Promise<() => void> {
  const subject = subjects.operate(verb);
  const messages = await connection.requestMany(subject, JSON.stringify(body), {
    maxWait: limitMs,
    noMux: true,
    strategy: 'timer',
  });
  const stop = () => (messages as QueuedIterator<Msg>).stop();
  const answered = new Promise<void>((resolve, reject) => {
    const follow = async () => {
      for await (const message of messages) {
        const kind = message.headers?.get(KIND_HEADER) ?? '';
        if (kind !== '') hear(kind, message.data);
        else resolve(answerIn(message.string()));
      }
    };
    follow().catch(reject);
    setTimeout(() => reject(new errors.TimeoutError()), ANSWER_LIMIT_MS).unref();
  });
  try {
    await answered;
    return stop;
  } catch (error) {
    stop();
    throw error instanceof UsageError ? error : new UsageError(whyNot('operate', error), { cause: error });
  }
}

/** @throws UsageError with the error that is the answer */
function answerIn<T>(text: string): T {
  const { answer, error } = JSON.parse(text) as { answer?: T; error?: string };
  if (error !== undefined) throw new UsageError(error);
  return answer as T;
}

/** For people: why nobody answered. */
function whyNot(role: 'read' | 'operate', error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error;
  if (cause instanceof errors.PermissionViolationError) {
    const needed =
      role === 'read'
        ? '"nestwatch enroll --read-only NAME" or --operator'
        : '"nestwatch enroll --operator NAME"';
    return `permission denied: this requires a key from ${needed}`;
  }
  if (cause instanceof errors.NoRespondersError || cause instanceof errors.TimeoutError) {
    return 'no collector answers: start one of this version or a newer one';
  }
  return `cannot ask the collector: ${messageOf(error)}`;
}
