import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { UsageError } from '@nestwatch/common/errors';
import { type BenchmarkShape, subjects, v1 } from '@nestwatch/proto';
import { dismiss } from '../ingest/asker.ts';
import { followStored } from './follow-stored.ts';
import type { Body, Person, Verb } from './serve.ts';
import { labIn, lineIn } from './texts.ts';

/** Rounds that are followed for one person at once: a further one replaces the oldest. */
const MOST_FOLLOWED = 5;
const LONGEST_MS = 2 * 86_400_000;
const MOST_BENCHMARKS = 100;

/** Kinds of messages that are passed on to who asked for a round, as nodes sent them. */
export const ROUND_KINDS = { reply: 'reply', result: 'result' } as const;

/**
 * Asks the nodes of `lab` for a round now: `benchmarks`, `size`, `nominalMs`, `windowSeconds`. Then passes on, for
 * `followMs`, what the nodes say to it and what they measure: an operator is in another account, which hears no node.
 */
export function askForRounds(connection: NatsConnection, stream: string): Verb {
  /** By person: what ends the following, oldest first. */
  const followed = new Map<string, (() => void)[]>();
  return async (body, person) => {
    const lab = labIn(body);
    const request = requestIn(body);
    const followMs = timeIn(body['followMs'], 'followMs');
    const own = followed.get(person.name ?? '') ?? [];
    followed.set(person.name ?? '', own);
    const stop = await follow({ connection, stream, lab, nominalMs: request.nominalMs, person });
    const timer = setTimeout(end, followMs).unref();
    function end(): void {
      clearTimeout(timer);
      stop();
      own.splice(own.indexOf(end), 1);
    }
    own.push(end);
    if (own.length > MOST_FOLLOWED) own[0]?.();
    connection.publish(subjects.round(lab), v1.RoundRequest.encode(request).finish());
  };
}

interface Following {
  readonly connection: NatsConnection;
  readonly stream: string;
  readonly lab: string;
  readonly nominalMs: number;
  readonly person: Person;
}

async function follow({ connection, stream, lab, nominalMs, person }: Following): Promise<() => void> {
  const isOfRound = ({ round }: BenchmarkShape) => Date.parse(round?.split('@')[1] ?? '') === nominalMs;
  const results = await followStored(connection, stream, subjects.report(lab, '*', 'benchmark'), (data) => {
    if (holds(() => isOfRound(v1.BenchmarkResult.decode(data)))) person.tell(data, ROUND_KINDS.result);
  });
  const replies = connection.subscribe(subjects.roundReply(lab, '*'), {
    callback: (error: Error | null, message: Msg) => {
      if (error !== null) return;
      // Nodes want no answer to what they say.
      dismiss(message);
      const { data } = message;
      if (holds(() => v1.RoundReply.decode(data).nominalMs === nominalMs))
        person.tell(data, ROUND_KINDS.reply);
    },
  });
  return () => {
    replies.unsubscribe();
    results();
  };
}

function requestIn(body: Body) {
  const benchmarks = Array.isArray(body['benchmarks']) ? body['benchmarks'].slice(0, MOST_BENCHMARKS) : [];
  return {
    benchmarks: benchmarks.map((each) => lineIn(each, 64)),
    size: lineIn(body['size'], 16),
    nominalMs: timeIn(body['nominalMs'], 'nominalMs', Number.MAX_SAFE_INTEGER),
    windowSeconds: Math.ceil(timeIn(body['windowSeconds'], 'windowSeconds')),
  };
}

function timeIn(given: unknown, what: string, most = LONGEST_MS): number {
  if (typeof given === 'number' && given > 0 && given <= most) return given;
  throw new UsageError(`${what} is not an allowed duration of a round`);
}

/** What anybody may publish is not taken to be well-formed. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
