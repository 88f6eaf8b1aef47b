import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import {
  type BenchmarkShape,
  type RoundReplyShape,
  type RoundRequestShape,
  subjects,
  v1,
} from '@nestwatch/proto';
import type { Cell } from '../../read/result.ts';

export interface AskOptions {
  readonly connection: NatsConnection;
  readonly lab: string;
  readonly request: RoundRequestShape & { nominalMs: number };
  /** How long to wait for answers. */
  readonly answerMs: number;
  /** How long to wait for results after that, at most. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  onReply(reply: RoundReplyShape): void;
  onResult(cell: Cell): void;
}

export interface Asked {
  readonly replies: readonly RoundReplyShape[];
  readonly cells: readonly Cell[];
  /** "node benchmark" of what was promised and did not come. */
  readonly missing: readonly string[];
}

/** Asks all nodes of a lab for a round now and follows it, by the nodes' own messages, until all have reported. */
export async function askForRound(options: AskOptions): Promise<Asked> {
  const { connection, lab, request, answerMs, limitMs, signal } = options;
  const replies: RoundReplyShape[] = [];
  const cells: Cell[] = [];
  const awaited = new Set<string>();
  const ended = new Set<string>();
  let wake: () => void = () => undefined;

  const listening = [
    connection.subscribe(subjects.roundReply(lab, '*'), {
      callback: (error, message) => {
        const reply = error === null ? decoded(() => v1.RoundReply.decode(message.data)) : undefined;
        if (reply === undefined || reply.nominalMs !== request.nominalMs) return;
        replies.push(reply);
        for (const name of reply.benchmarks ?? []) awaited.add(`${reply.node} ${name}`);
        options.onReply(reply);
      },
    }),
    connection.subscribe(subjects.report(lab, '*', 'benchmark'), {
      callback: (error, message) => {
        const result = error === null ? decoded(() => v1.BenchmarkResult.decode(message.data)) : undefined;
        if (result === undefined || !belongs(result, request.nominalMs)) return;
        const cell = cellFrom(result);
        cells.push(cell);
        options.onResult(cell);
        if (result.last) ended.add(`${cell.node} ${cell.benchmark}`);
        wake();
      },
    }),
  ];
  try {
    connection.publish(subjects.round(lab), v1.RoundRequest.encode(request).finish());
    await pause(answerMs, signal);
    const deadlineMs = Date.now() + limitMs;
    while (!isSubset(awaited, ended) && Date.now() < deadlineMs && !signal.aborted) {
      const news = new AbortController();
      wake = () => news.abort();
      const stop = () => news.abort();
      signal.addEventListener('abort', stop, { once: true });
      await pause(Math.max(1, deadlineMs - Date.now()), news.signal);
      signal.removeEventListener('abort', stop);
    }
    return { replies, cells, missing: [...awaited].filter((each) => !ended.has(each)) };
  } finally {
    for (const each of listening) each.unsubscribe();
  }
}

function belongs(result: BenchmarkShape, nominalMs: number): boolean {
  return Date.parse(result.round?.split('@')[1] ?? '') === nominalMs;
}

function cellFrom(result: BenchmarkShape): Cell {
  const { header } = result;
  return {
    node: header?.node ?? '',
    name: header?.name || (header?.node ?? ''),
    ...(typeof header?.layer === 'number' ? { layer: header.layer } : {}),
    parent: header?.parent ?? '',
    benchmark: result.benchmark ?? '',
    round: result.round ?? '',
    variant: result.variant ?? '',
    target: result.target ?? '',
    ...(typeof result.distanceLayers === 'number' ? { distanceLayers: result.distanceLayers } : {}),
    ...(typeof result.secondsPerUnit === 'number' ? { secondsPerUnit: result.secondsPerUnit } : {}),
    unit: result.unit ?? '',
    outcome: result.outcome ?? 0,
    reason: result.reason ?? '',
    argumentsHash: result.argumentsHash ?? '',
    disturbances: (result.disturbances ?? []).join('; '),
    timeUs: result.startedLabUs ?? result.startedWallUs ?? 0,
  };
}

/** What anybody may publish is not taken to be well-formed. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

function isSubset(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((each) => all.has(each));
}
