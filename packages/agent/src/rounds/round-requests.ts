import type { NatsConnection } from '@nats-io/transport-node';
import { type RoundReplyShape, type RoundRequestShape, subjects, v1 } from '@nestwatch/proto';
import { SIZES, type Size } from '../benchmarks/benchmark.ts';
import { findBenchmark } from '../benchmarks/index.ts';
import type { LabOptions } from './peers.ts';
import type { ScheduledRun } from './scheduled-run.ts';

export interface RoundRequestsOptions extends Pick<LabOptions, 'lab' | 'node' | 'name' | 'log' | 'position'> {
  readonly connection: NatsConnection;
  readonly signal: AbortSignal;
  readonly limits: RequestLimits;
  /** Starts what was asked for. */
  start(request: ScheduledRun): void;
}

export interface RequestLimits {
  /** What this node runs when nobody says which size. */
  readonly size: Size;
  /** Longest round. */
  readonly windowMs: number;
  /** Names of benchmarks that this node never runs. */
  readonly off?: readonly string[];
  /** Why this node takes no part in rounds that are asked for; empty when it does. */
  readonly refusal: string;
}

/** Answers requests for a round now, until the signal is aborted. Only names come in, never commands. */
export function answerRoundRequests(options: RoundRequestsOptions): void {
  const { connection, lab, node, name, log, signal, limits, position, start } = options;
  const subscription = connection.subscribe(subjects.round(lab), {
    callback: (error, message) => {
      // One with headers is an answer of the server that somebody directed here; askers send none.
      if (error !== null || message.headers !== undefined) return;
      const judged = judgeRequest(message.data, limits);
      const reply: RoundReplyShape = {
        node,
        name,
        ...position(),
        refusal: judged.refusal,
        benchmarks: judged.names,
        nominalMs: judged.nominalMs,
      };
      connection.publish(subjects.roundReply(lab, node), v1.RoundReply.encode(reply).finish());
      log.info('a round was requested', { benchmarks: judged.names.join(','), refusal: judged.refusal });
      if (judged.request !== undefined) start(judged.request);
    },
  });
  signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
}

export interface Judged {
  readonly names: string[];
  /** Empty when it is accepted. */
  readonly refusal: string;
  /** As it was given, for the asker to know its own request by. */
  readonly nominalMs: number;
  readonly request?: ScheduledRun;
}

/** What to do about a request; anything may stand in it. */
export function judgeRequest(bytes: Uint8Array, limits: RequestLimits): Judged {
  let request: RoundRequestShape;
  try {
    request = v1.RoundRequest.decode(bytes);
  } catch {
    return { names: [], nominalMs: 0, refusal: 'cannot decode the request' };
  }
  const nominalMs = request.nominalMs ?? 0;
  const refuse = (refusal: string): Judged => ({ names: [], nominalMs, refusal });
  if (limits.refusal !== '') return refuse(limits.refusal);
  const size = request.size === '' ? limits.size : SIZES.find((each) => each === request.size);
  if (size === undefined) return refuse(`unknown size ${JSON.stringify(request.size)}`);
  const names = [...new Set(request.benchmarks ?? [])];
  const benchmarks = names.map(findBenchmark).filter((each) => each !== undefined);
  if (benchmarks.length === 0) return refuse('it names no benchmark of this version');
  const wanted = benchmarks.filter(({ name }) => limits.off?.includes(name) !== true);
  if (wanted.length === 0) return refuse('the requested benchmarks are off on this node (benchmarks.off)');
  if (!Number.isFinite(nominalMs) || nominalMs <= 0 || nominalMs > MOST_MS) {
    return refuse('its nominal time is not a time');
  }
  const windowMs = Math.min(limits.windowMs, (request.windowSeconds || Number.POSITIVE_INFINITY) * 1000);
  return {
    names: wanted.map((each) => each.name),
    refusal: '',
    nominalMs,
    request: { benchmarks: wanted, size, nominalMs, untilMs: nominalMs + windowMs },
  };
}

/** The greatest time that a Date holds. */
const MOST_MS = 8.64e15;
