import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import { defined } from '@nestwatch/common/defined';
import { createLatch } from '@nestwatch/common/latch';
import { type BenchmarkShape, type RoundReplyShape, type RoundRequestShape, v1 } from '@nestwatch/proto';
import { ROUND_KINDS } from '../../operators/round.ts';
import type { Cell } from '../../read/result.ts';
import { askAndFollow } from '../ask-collector.ts';

interface AskOptions {
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

/**
 * Asks all nodes of a lab for a round now and follows it, by the nodes' own messages as a collector passes them on, until all have reported.
 * @returns with "node benchmark" of what was promised and did not come
 */
export async function askForRound(options: AskOptions) {
  const { connection, lab, request, answerMs, limitMs, signal } = options;
  const replies: RoundReplyShape[] = [];
  const cells: Cell[] = [];
  const awaited = new Set<string>();
  const ended = new Set<string>();
  const missing = () => [...awaited].filter((each) => !ended.has(each));
  const latch = createLatch();

  const onReply = (reply: RoundReplyShape) => {
    replies.push(reply);
    for (const name of reply.benchmarks ?? []) awaited.add(`${reply.node} ${name}`);
    options.onReply(reply);
  };
  const onResult = (result: BenchmarkShape) => {
    const cell = cellFrom(result);
    cells.push(cell);
    options.onResult(cell);
    if (result.last) ended.add(`${cell.node} ${cell.benchmark}`);
    latch.wake();
  };
  // The collector has looked: they can be decoded, and are of this round.
  const follow = (kind: string, data: Uint8Array) => {
    if (kind === ROUND_KINDS.reply) onReply(v1.RoundReply.decode(data));
    if (kind === ROUND_KINDS.result) onResult(v1.BenchmarkResult.decode(data));
  };
  const followMs = answerMs + limitMs;
  const stop = await askAndFollow(connection, 'round', { lab, ...request, followMs }, followMs, follow);
  try {
    await pause(answerMs, signal);
    const deadlineMs = Date.now() + limitMs;
    while (missing().length > 0 && Date.now() < deadlineMs && !signal.aborted) {
      await latch.wait({ signal, limitMs: Math.max(1, deadlineMs - Date.now()) });
    }
    return { replies, cells, missing: missing() };
  } finally {
    stop();
  }
}

function cellFrom(result: BenchmarkShape): Cell {
  return defined({
    ...nodeOf(result.header),
    benchmark: result.benchmark ?? '',
    round: result.round ?? '',
    variant: result.variant ?? '',
    target: result.target ?? '',
    distanceLayers: result.distanceLayers ?? undefined,
    secondsPerUnit: result.secondsPerUnit ?? undefined,
    unit: result.unit ?? '',
    outcome: result.outcome ?? v1.BenchmarkResult.Outcome.OUTCOME_UNSPECIFIED,
    reason: result.reason ?? '',
    argumentsHash: result.argumentsHash ?? '',
    disturbances: (result.disturbances ?? []).join('; '),
    timeUs: result.startedLabUs ?? result.startedWallUs ?? 0,
  });
}

function nodeOf(header: BenchmarkShape['header']) {
  const { node, name, layer, parent } = header ?? {};
  return { node: node ?? '', name: name || (node ?? ''), layer: layer ?? undefined, parent: parent ?? '' };
}
