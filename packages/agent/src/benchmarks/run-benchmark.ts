import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { absent, type Host } from '../host/host.ts';
import type { Benchmark, BenchmarkConfig, Measured, Outcome, Plan, Size, Target } from './benchmark.ts';
import { runInChild } from './child/start-child.ts';
import { compareLabTimes, watchDisturbances } from './disturbance.ts';
import { readEnvironment } from './environment.ts';
import { readLimits } from './limits.ts';
import { emptyResult, type ResultBody, toResult } from './result.ts';
import type { Scratch } from './scratch.ts';

/** What running benchmarks on this machine needs, the same for all of them. */
export interface Machine {
  readonly host: Host;
  readonly clock: Clock;
  readonly scratch: Scratch;
  /** The agent's program, which is started again as the child. */
  readonly program: string;
  readonly config: BenchmarkConfig;
  /** Estimate of lab time for a moment on the monotonic clock, and its rate; undefined before the first one. */
  labUs(monoUs: number): number | undefined;
  labRate(): number | undefined;
}

export interface Run {
  readonly size: Size;
  readonly round: string;
  readonly targets: readonly Target[];
  readonly fence?: number | undefined;
  /** Aborted when the agent stops or the lease is lost. */
  readonly signal: AbortSignal;
  onProgress(text: string): void;
}

/** Runs one benchmark in a child process. At least one result, whatever happens; never throws. */
export async function runBenchmark(machine: Machine, benchmark: Benchmark, run: Run): Promise<ResultBody[]> {
  const { clock, host } = machine;
  const environment = await readEnvironment(host, machine.labRate());
  const facts = {
    benchmark: benchmark.name,
    round: run.round,
    full: run.size === 'full',
    environment,
    fence: run.fence,
    wallUs: (monoUs: number) => clock.wallUs() - (clock.monoUs() - monoUs),
    labUs: (monoUs: number) => machine.labUs(monoUs),
  };
  const nothing = (outcome: Outcome, reason: string) => emptyResult(facts, outcome, reason, clock);

  const plan = await planFor(machine, benchmark, run);
  if (plan.state !== 'ready') return [nothing('ABSENT', plan.reason)];

  const watch = await watchDisturbances(host, clock, machine.config);
  const startedUs = clock.monoUs();
  const before = machine.labUs(startedUs);
  const found: Measured[] = [];
  const limitMs = Math.min(machine.config['benchmarks.time-limit'], plan.limitMs ?? Number.POSITIVE_INFINITY);
  const end = await machine.scratch
    .within((scratch) =>
      runInChild({
        program: machine.program,
        benchmark: benchmark.name,
        job: { settings: plan.settings, scratch },
        limitMs,
        signal: run.signal,
        onMeasured: (value) => found.push(value),
        onProgress: run.onProgress,
      }),
    )
    .catch((error: unknown) => ({ how: 'failed' as const, reason: messageOf(error) }));
  const startedLabUs = { before, after: machine.labUs(startedUs) };
  const disturbances = [...(await watch.end()), ...compareLabTimes(startedLabUs, machine.labRate() ?? 1)];
  if (end.how === 'stopped') disturbances.push(`stopped: ${messageOf(run.signal.reason)}`);

  const results = found.map((each) => toResult(facts, each, disturbances));
  if (end.how === 'failed') results.push(nothing('FAILED', end.reason));
  if (end.how === 'timed-out') results.push(nothing('TIMED_OUT', `killed after ${limitMs / 1000} s`));
  if (end.how === 'stopped') results.push(nothing('FAILED', `stopped: ${messageOf(run.signal.reason)}`));
  if (results.length === 0) results.push(nothing('FAILED', 'it measured nothing'));
  return results;
}

async function planFor(machine: Machine, benchmark: Benchmark, run: Run): Promise<Plan<unknown>> {
  try {
    return await benchmark.plan({
      size: run.size,
      host: machine.host,
      limits: await readLimits(machine.host, machine.scratch.path, machine.config),
      config: machine.config,
      targets: run.targets,
    });
  } catch (error) {
    return absent(messageOf(error));
  }
}
