import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pause } from '@nestwatch/common/backoff';
import { createLatch } from '@nestwatch/common/latch';
import { saying } from '@nestwatch/common/log';
import type { Benchmark, Size } from '../benchmarks/benchmark.ts';
import { chooseBenchmarks } from '../benchmarks/index.ts';
import { publishOwnInstallation } from '../benchmarks/own-installation/publish-once.ts';
import type { ResultBody } from '../benchmarks/result.ts';
import { type CanaryCalls, createCanaryCalls } from './canary/calls.ts';
import { startCanary } from './canary/start.ts';
import { nominalTimes } from './nominal-times.ts';
import { type LabOptions, labPeers, noPeers } from './peers.ts';
import { type MachineOptions, prepareMachine } from './prepare-machine.ts';
import { answerRoundRequests } from './round-requests.ts';
import { createRunner } from './runner.ts';
import type { ScheduledRun } from './scheduled-run.ts';
import { planSchedules } from './schedules.ts';
import type { SharedTime } from './shared-time.ts';
import { openTimeBudget } from './time-budget.ts';

export interface BenchmarksOptions extends MachineOptions, Omit<LabOptions, 'now'> {
  /** Ends everything, the child process at once. */
  readonly signal: AbortSignal;
  /** What calls for the canary before its time. */
  readonly canaryCalls?: CanaryCalls;
  /** Takes one result, to put the header on and send it. */
  publish(result: ResultBody): void;
}

export type Benchmarks = Awaited<ReturnType<typeof startBenchmarks>>;

/**
 * Starts the node's benchmarks: by schedule and on request, one at a time, in turn with the other nodes of the lab.
 * @throws UsageError for a schedule that is not valid or a benchmark that does not exist.
 */
export async function startBenchmarks(options: BenchmarksOptions) {
  const { config, clock, log, signal, publish, stateDir, estimate } = options;
  const schedules = planSchedules(config);
  const machine = await prepareMachine(options);
  const budgetFile = join(stateDir, 'benchmark-time.json');
  const budget = openTimeBudget(budgetFile, config['benchmarks.time-share'], clock);
  const runner = createRunner({ machine, budget, log, publish });
  const now = (): SharedTime => {
    const lab = estimate(clock.monoUs());
    return lab === undefined
      ? { ms: clock.wallUs() / 1000, rate: 1 }
      : { ms: lab.labUs / 1000, rate: lab.rate };
  };
  const alone = noPeers(options.node, config);
  const peers = config['benchmarks.coordinate'] ? labPeers({ ...options, now }) : alone;
  const start = (run: ScheduledRun) => {
    void runner.run(run, peers, signal).catch(saying(log.error, 'a round of benchmarks failed'));
  };

  const windowMs = config['benchmarks.window'];
  const enabled = config['benchmarks.enabled'];
  const scheduled = (enabled ? schedules : []).map(async ({ cron, benchmarks, size, jitterMs }) => {
    for await (const nominalMs of nominalTimes(cron, now, signal)) {
      if (!(await pause(randomInt(jitterMs + 1), signal))) return;
      start({ benchmarks, size, nominalMs, untilMs: nominalMs + windowMs });
    }
  });
  void options.connected.then((connection) => {
    if (connection === undefined || signal.aborted) return;
    const refusal = enabled ? '' : 'benchmarks are off on this node (benchmarks.enabled)';
    const limits = { size: config['benchmarks.size'], windowMs, refusal, off: config['benchmarks.off'] };
    answerRoundRequests({ ...options, connection, limits, start });
  });
  // It takes no turn: it is over in a moment, and after a pause or a restore it must not wait for others.
  const runCanary = (benchmark: Benchmark, trigger: string) => {
    const nominalMs = now().ms;
    const run = { benchmarks: [benchmark], size: config['benchmarks.size'], nominalMs, trigger };
    return runner.run({ ...run, untilMs: nominalMs + windowMs }, alone, signal);
  };
  const calls = options.canaryCalls ?? createCanaryCalls();
  const canary = startCanary({ ...options, idle: runner.idle, calls, run: runCanary });
  const unpublished = saying(log.warn, "cannot publish the duration of this machine's installation");
  await publishOwnInstallation(options).catch(unpublished);
  return {
    /**
     * Runs these now, in their order; each result is published.
     * @param inTurn whether it waits for a turn in the lab, as other nodes may start in the same moment
     */
    runAtStart: (names: readonly string[], size: Size, inTurn: boolean): Promise<ResultBody[]> => {
      const benchmarks = chooseBenchmarks(names);
      const nominalMs = clock.wallUs() / 1000;
      const run = { benchmarks, size, nominalMs, untilMs: Number.POSITIVE_INFINITY };
      return runner.run(run, inTurn ? peers : alone, signal);
    },
    /** Resolves when, after the signal was aborted, nothing runs any more. */
    stopped: Promise.all([...scheduled, canary, createLatch().wait({ signal })]).then(() => runner.idle()),
  };
}
