import { messageOf } from '@nestwatch/common/errors';
import { linkSignals } from '@nestwatch/common/link-signals';
import type { Log } from '@nestwatch/common/log';
import type { Benchmark, Size, Target } from '../benchmarks/benchmark.ts';
import { netHttp } from '../benchmarks/net-http.ts';
import { emptyResult, type ResultBody } from '../benchmarks/result.ts';
import { type Machine, runBenchmark } from '../benchmarks/run-benchmark.ts';
import type { Coordinator, Turn } from './coordinator.ts';
import type { PayloadRound } from './payload/payload-round.ts';
import { roundId } from './round-id.ts';
import type { TimeBudget } from './time-budget.ts';

/** With whom this node takes turns: its lab, or nobody. */
export interface Peers {
  readonly coordinator: Coordinator;
  /** Starts to serve the payload of net.http; resolves when the others have had time to do so too. */
  openPayload(request: ScheduledRun, signal: AbortSignal): Promise<PayloadRound>;
}

export interface RunnerOptions {
  readonly machine: Machine;
  readonly budget: TimeBudget;
  readonly log: Log;
  publish(result: ResultBody): void;
}

export interface ScheduledRun {
  readonly benchmarks: readonly Benchmark[];
  readonly size: Size;
  /** The nominal time that all nodes of the lab share, ms since 1970. */
  readonly nominalMs: number;
  /** When the round ends. */
  readonly untilMs: number;
}

/** Runs the benchmarks of one nominal time after each other; never two at once on this node. */
export interface Runner {
  /** What this node is too busy for is reported as skipped, not put off. */
  run(request: ScheduledRun, peers: Peers, signal: AbortSignal): Promise<ResultBody[]>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

export function createRunner(options: RunnerOptions): Runner {
  const { machine, budget, log, publish } = options;
  let running: { what: string; ended: Promise<unknown> } | undefined;

  return {
    async run(request, peers, signal) {
      const round = createRound(request, peers, signal);
      if (running !== undefined) return round.skipAll(running.what);
      const ended = round.runAll();
      running = { what: `this node was still busy with the round of ${iso(request.nominalMs)}`, ended };
      try {
        return await ended;
      } finally {
        running = undefined;
      }
    },
    async idle() {
      await running?.ended.catch(() => undefined);
    },
  };

  function createRound(request: ScheduledRun, peers: Peers, signal: AbortSignal) {
    const { benchmarks, size, nominalMs, untilMs } = request;
    const all: ResultBody[] = [];
    const report = (results: readonly ResultBody[]) => {
      results.forEach((each, at) => {
        const result = { ...each, last: at === results.length - 1 };
        publish(result);
        all.push(result);
      });
    };
    const skip = ({ name }: Benchmark, reason: string) => {
      const round = roundId(name, nominalMs);
      log.info('benchmark skipped', { benchmark: name, round, reason });
      const now = { monoUs: machine.clock.monoUs(), wallUs: machine.clock.wallUs() };
      report([emptyResult({ benchmark: name, round, full: size === 'full' }, 'skipped', reason, now)]);
    };

    return {
      skipAll(reason: string) {
        for (const benchmark of benchmarks) skip(benchmark, reason);
        return all;
      },
      async runAll() {
        const payload = benchmarks.includes(netHttp) ? await openPayload() : undefined;
        for (const benchmark of benchmarks) {
          if (signal.aborted) break;
          const refusal = budget.exhausted();
          if (refusal === undefined) await runInTurn(benchmark, payload);
          else skip(benchmark, refusal);
          if (benchmark === netHttp) await payload?.done().catch(() => undefined);
        }
        await payload?.done().catch(() => undefined);
        return all;
      },
    };

    async function openPayload(): Promise<PayloadRound | undefined> {
      try {
        return await peers.openPayload(request, signal);
      } catch (error) {
        log.warn('this node does not serve the payload of net.http', { error: messageOf(error) });
        return undefined;
      }
    }

    async function runInTurn(benchmark: Benchmark, payload: PayloadRound | undefined): Promise<void> {
      const round = roundId(benchmark.name, nominalMs);
      const claim = { benchmark: benchmark.name, round, untilMs };
      const end = await peers.coordinator.turn(claim, signal, async (turn) => {
        const targets = benchmark === netHttp ? await payload?.targets() : undefined;
        return runOne(benchmark, round, turn, targets ?? []);
      });
      if (end.state === 'missed') return skip(benchmark, end.reason);
      report(end.kept ? end.value : end.value.map(markLost));
    }

    async function runOne(benchmark: Benchmark, round: string, turn: Turn, targets: readonly Target[]) {
      const { name } = benchmark;
      const startedUs = machine.clock.monoUs();
      log.info('benchmark started', { benchmark: name, round });
      const stop = linkSignals([signal, turn.lost]);
      const results = await runBenchmark(machine, benchmark, {
        ...{ size, round, targets, signal: stop.signal },
        ...(turn.fence === undefined ? {} : { fence: turn.fence }),
        onProgress: (text) => log.debug('benchmark', { benchmark: name, progress: text }),
      }).finally(stop.release);
      const durationMs = (machine.clock.monoUs() - startedUs) / 1000;
      await budget.spend(durationMs).catch((error: unknown) => {
        log.warn('cannot record the time that benchmarks take', { error: messageOf(error) });
      });
      log.info('benchmark ended', { benchmark: name, round, seconds: Math.round(durationMs / 1000) });
      return results;
    }
  }
}

/** Somebody else may have measured at the same time. */
function markLost(result: ResultBody): ResultBody {
  const known = result.disturbances ?? [];
  return known.some((each) => each.includes('lease lost'))
    ? result
    : { ...result, disturbances: [...known, 'lease lost: another node may have had its turn meanwhile'] };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
