import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { subjects } from '@nestwatch/proto';
import { accountOf, isAcross } from '../ingest/asker.ts';
import { ALL_LABS, type OwnLabs, ofShard } from '../shards/own-labs.ts';

/** The person who asks, by the name from the server or their own. */
export interface Person {
  /** "alice", where the server knows an operator of that name. */
  readonly name?: string;
  /** Sends one message more than the answer, for what goes on for a while. */
  tell(data: Uint8Array, kind: string): void;
}

/**
 * Does what is asked for. What it gives is sent as JSON.
 * @throws UsageError for what the person must change; its text is the answer
 */
export type Verb = (body: Body, person: Person) => Promise<unknown>;

export type Body = Readonly<Record<string, unknown>>;

/** The verbs of nestwatch.read.<verb> and nestwatch.operate.<verb>. */
export interface Verbs {
  readonly read: Readonly<Record<string, Verb>>;
  readonly operate: Readonly<Record<string, Verb>>;
}

/** Collectors share what is asked, each question is answered once. */
const QUEUE = 'people';

/**
 * Answers people until the connection ends. Who may ask what is decided by the server's configuration.
 * @param labs of several shards, one answers each question
 */
export function servePeople(
  connection: NatsConnection,
  verbs: Verbs,
  log: Log,
  labs: Pick<OwnLabs, 'shard' | 'answersFor'> = ALL_LABS,
): void {
  for (const role of ['read', 'operate'] as const) {
    connection.subscribe(subjects[role]('*'), {
      queue: ofShard(QUEUE, labs),
      callback: (error, question) => {
        if (error !== null) log.warn('cannot answer operators', { error: messageOf(error) });
        else if (mayAnswer(question) && isForUs(question, labs)) void answer(question, verbs[role], log);
      },
    });
  }
}

/** NATS does not check where an answer is asked to: it goes to an inbox, in whatever account. */
function mayAnswer({ reply = '' }: Msg): boolean {
  return isAcross(reply) || reply.startsWith('_INBOX.');
}

function isForUs(question: Msg, { shard, answersFor }: Pick<OwnLabs, 'shard' | 'answersFor'>): boolean {
  try {
    const { lab, shard: asked } = bodyOf(question);
    if (shard !== '' && typeof asked === 'string') return asked === shard;
    return answersFor(typeof lab === 'string' ? lab : undefined);
  } catch {
    return answersFor(undefined);
  }
}

async function answer(question: Msg, verbs: Verbs['read'], log: Log): Promise<void> {
  const verb = question.subject.split('.').at(-1) ?? '';
  const send = (text: object) => question.respond(JSON.stringify(text));
  try {
    const handler = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (handler === undefined)
      throw new UsageError(`this collector does not support "${verb}": it may be an older version`);
    send({ answer: (await handler(bodyOf(question), personOf(question))) ?? null });
  } catch (error) {
    if (!(error instanceof UsageError))
      log.warn('cannot answer an operator', { verb, error: messageOf(error) });
    send({ error: messageOf(error) });
  }
}

function bodyOf(question: Msg): Body {
  try {
    const body: unknown = question.data.length === 0 ? {} : JSON.parse(question.string());
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  } catch {
    // As for what is something else.
  }
  throw new UsageError('the request is not a JSON object');
}

/** Says what a message is that is not the answer. */
export const KIND_HEADER = 'Nestwatch-Kind';

function kindHeader(kind: string) {
  const made = headers();
  made.set(KIND_HEADER, kind);
  return made;
}

function personOf(question: Msg): Person {
  const [role, name] = accountOf(question)?.split('/') ?? [];
  const known = role === 'operator' || role === 'read-only' ? name : undefined;
  return {
    ...(known === undefined ? {} : { name: known }),
    tell: (data, kind) => void question.respond(data, { headers: kindHeader(kind) }),
  };
}
