import { linkSignals } from '@nestwatch/common/link-signals';
import { type Log, saying } from '@nestwatch/common/log';
import type { Benchmark, Target } from '../benchmarks/benchmark.ts';
import { netHttp } from '../benchmarks/net-http.ts';
import { emptyResult, type ResultBody } from '../benchmarks/result.ts';
import { type Machine, runBenchmark } from '../benchmarks/run-benchmark.ts';
import type { Turn } from './coordinator.ts';
import type { PayloadRound } from './payload/payload-round.ts';
import type { Peers } from './peers.ts';
import { roundId, type ScheduledRun } from './scheduled-run.ts';
import type { TimeBudget } from './time-budget.ts';

export interface RunnerOptions {
  readonly machine: Machine;
  readonly budget: TimeBudget;
  readonly log: Log;
  publish(result: ResultBody): void;
}

/** One scheduled run, with all that its benchmarks need. */
interface Context extends RunnerOptions {
  readonly run: ScheduledRun;
  readonly peers: Peers;
  readonly signal: AbortSignal;
}

/** Runs what is scheduled and what is asked for; never two things at once on this node. */
export function createRunner(options: RunnerOptions) {
  let running: { nominalMs: number; isCanary: boolean; ended: Promise<unknown> } | undefined;
  return {
    /**
     * What this node is too busy for is reported as skipped, not put off; a canary is waited for, as it is over in a
     * moment. Every result is published, too.
     */
    async run(run: ScheduledRun, peers: Peers, signal: AbortSignal): Promise<ResultBody[]> {
      const context = { ...options, run, peers, signal };
      if (running?.isCanary) await running.ended.catch(() => undefined);
      if (running !== undefined) {
        const busy = `this node was still busy with the round of ${new Date(running.nominalMs).toISOString()}`;
        return run.benchmarks.flatMap((benchmark) => publishAll(context, skipped(context, benchmark, busy)));
      }
      const ended = runAll(context);
      running = { nominalMs: run.nominalMs, isCanary: run.trigger !== undefined, ended };
      try {
        return await ended;
      } finally {
        running = undefined;
      }
    },
    /** Resolves when nothing runs. */
    async idle(): Promise<void> {
      await running?.ended.catch(() => undefined);
    },
  };
}

async function runAll(context: Context): Promise<ResultBody[]> {
  const { run, budget, signal, peers, log } = context;
  const unserved = saying(log.warn, 'this node does not serve the payload of net.http');
  const payload = run.benchmarks.includes(netHttp)
    ? await peers.openPayload(run, signal).catch(unserved)
    : undefined;
  const all: ResultBody[] = [];
  for (const benchmark of run.benchmarks) {
    if (signal.aborted) break;
    const refusal = budget.exhausted();
    const results =
      refusal === undefined
        ? await runInTurn(context, benchmark, payload)
        : skipped(context, benchmark, refusal);
    all.push(...publishAll(context, results));
    if (benchmark === netHttp) await payload?.done().catch(() => undefined);
  }
  await payload?.done().catch(() => undefined);
  return all;
}

async function runInTurn(
  context: Context,
  benchmark: Benchmark,
  payload: PayloadRound | undefined,
): Promise<ResultBody[]> {
  const { machine, run, peers, signal } = context;
  const round = roundId(benchmark.name, run.nominalMs);
  const claim = {
    benchmark: benchmark.name,
    round,
    untilMs: run.untilMs,
    limitMs: machine.config['benchmarks.time-limit'],
  };
  const end = await peers.coordinator.turn(claim, signal, async (turn) => {
    const targets = benchmark === netHttp ? await payload?.targets() : undefined;
    return runNow(context, benchmark, turn, targets ?? []);
  });
  if (end.state === 'missed') return skipped(context, benchmark, end.reason);
  return end.kept ? end.value : end.value.map(markLost);
}

async function runNow(
  { machine, budget, log, run, signal }: Context,
  benchmark: Benchmark,
  turn: Turn,
  targets: readonly Target[],
): Promise<ResultBody[]> {
  const { name } = benchmark;
  const round = roundId(name, run.nominalMs);
  const startedUs = machine.clock.monoUs();
  log.info('benchmark started', { benchmark: name, round });
  const stop = linkSignals([signal, turn.lost]);
  const results = await runBenchmark(machine, benchmark, {
    size: run.size,
    round,
    targets,
    fence: turn.fence,
    signal: stop.signal,
    onProgress: (text) => log.debug('benchmark', { benchmark: name, progress: text }),
  }).finally(stop.release);
  const durationMs = (machine.clock.monoUs() - startedUs) / 1000;
  await budget.spend(durationMs).catch(saying(log.warn, 'cannot record the time that benchmarks took'));
  log.info('benchmark ended', { benchmark: name, round, seconds: Math.round(durationMs / 1000) });
  return results;
}

function skipped({ machine, log, run }: Context, { name }: Benchmark, reason: string): ResultBody[] {
  const round = roundId(name, run.nominalMs);
  log.info('benchmark skipped', { benchmark: name, round, reason });
  const facts = { benchmark: name, round, full: run.size === 'full' };
  return [emptyResult(facts, 'SKIPPED', reason, machine.clock)];
}

/** The last result of a benchmark says that it is. */
function publishAll({ publish, run }: Context, results: readonly ResultBody[]): ResultBody[] {
  const { trigger = '' } = run;
  const marked = results.map((each, at) => ({ ...each, trigger, last: at === results.length - 1 }));
  for (const each of marked) publish(each);
  return marked;
}

/** Somebody else may have measured at the same time. */
function markLost(result: ResultBody): ResultBody {
  const known = result.disturbances ?? [];
  return known.some((each) => each.includes('lease lost'))
    ? result
    : {
        ...result,
        disturbances: [...known, 'lease lost: another node may have benchmarked at the same time'],
      };
}
