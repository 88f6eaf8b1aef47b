import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { Size } from '../benchmarks/benchmark.ts';
import { chooseBenchmarks } from '../benchmarks/index.ts';
import { reportOwnInstallation } from '../benchmarks/own-installation/report-once.ts';
import type { ResultBody } from '../benchmarks/result.ts';
import type { Machine } from '../benchmarks/run-benchmark.ts';
import { prepareScratch } from '../benchmarks/scratch.ts';
import type { Host } from '../host/host.ts';
import { nominalTimes, type SharedTime } from './nominal-times.ts';
import { labPeers, noPeers } from './peers.ts';
import { answerRoundRequests } from './round-requests.ts';
import { createRunner, type ScheduledRun } from './scheduled-run.ts';
import { planSchedules } from './schedules.ts';
import type { BenchmarkSettings } from './settings.ts';
import { openTimeBudget } from './time-budget.ts';

export interface BenchmarksOptions {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly config: BenchmarkSettings;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends everything, the child process at once. */
  readonly signal: AbortSignal;
  /** The agent's program, which is started again as `run-benchmark`. */
  readonly program: string;
  /** Folder of the agent's state; benchmarks write below `scratch` in it, and nowhere else. */
  readonly stateDir: string;
  /** Resolves when there is a connection to NATS, or with undefined when there will be none. */
  readonly connected: Promise<NatsConnection | undefined>;
  /** Estimate of the lab's time for a moment of the monotonic clock; undefined until there is one. */
  estimate(monoUs: number): { labUs: number; rate: number } | undefined;
  /** Where this node stands in its lab, as far as it knows. */
  place(): { layer?: number; parent: string };
  /** Takes one result, to put the header on and send it. */
  publish(result: ResultBody): void;
}

export interface Benchmarks {
  /** Runs these now, in their order, without waiting for a turn in the lab; each result is published. */
  runNow(names: readonly string[], size: Size): Promise<ResultBody[]>;
  /** Resolves when, after the signal was aborted, nothing runs any more. */
  readonly stopped: Promise<void>;
}

/**
 * Starts the node's benchmarks: by schedule and on request, one at a time, in turn with the other nodes of the lab.
 * @throws UsageError for a schedule that is not valid or a benchmark that does not exist.
 */
export async function startBenchmarks(options: BenchmarksOptions): Promise<Benchmarks> {
  const { config, clock, log, signal } = options;
  const schedules = planSchedules(config);
  const machine = await prepareMachine(options);
  const budget = await openTimeBudget(
    join(options.stateDir, 'benchmark-time.json'),
    config['benchmarks.time-share'],
    clock,
  );
  const runner = createRunner({ machine, budget, log, publish: options.publish });
  const now = (): SharedTime => {
    const estimate = options.estimate(clock.monoUs());
    return estimate === undefined
      ? { ms: clock.wallUs() / 1000, rate: 1 }
      : { ms: estimate.labUs / 1000, rate: estimate.rate };
  };
  const alone = noPeers(options.node, config);
  const peers = config['benchmarks.coordinate'] ? labPeers({ ...options, now }) : alone;
  const start = (request: ScheduledRun) => {
    void runner.run(request, peers, signal).catch((error: unknown) => {
      log.error('a round of benchmarks failed', { error: messageOf(error) });
    });
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
    const limits = { size: config['benchmarks.size'], windowMs, refusal };
    answerRoundRequests({ ...options, connection, limits, start });
  });
  await reportOwnInstallation(options).catch((error: unknown) => {
    log.warn('the duration of the own installation cannot be reported', { error: messageOf(error) });
  });
  return {
    runNow: (names, size) => {
      const benchmarks = chooseBenchmarks(names);
      const nominalMs = clock.wallUs() / 1000;
      return runner.run({ benchmarks, size, nominalMs, untilMs: Number.POSITIVE_INFINITY }, alone, signal);
    },
    stopped: Promise.all([...scheduled, aborted(signal)]).then(() => runner.idle()),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What the benchmarks of this machine share, made from its configuration. Empties the scratch folder. */
export async function prepareMachine(
  options: Pick<BenchmarksOptions, 'config' | 'host' | 'clock' | 'program' | 'stateDir' | 'estimate'>,
): Promise<Machine> {
  const { config, host, clock, program } = options;
  return {
    host,
    clock,
    program,
    scratch: await prepareScratch(join(options.stateDir, 'scratch')),
    shares: { memory: config['benchmarks.memory-share'], disk: config['benchmarks.disk-share'] },
    limitMs: config['benchmarks.time-limit'],
    disturbance: {
      steal: config['benchmarks.steal-limit'],
      pressure: config['benchmarks.pressure-limit'],
    },
    config: {
      device: config['benchmarks.device'],
      httpTimeLimitMs: config['benchmarks.http-time-limit'],
      install: config['benchmarks.install'],
      kernel: config['benchmarks.kernel'],
      iperf3Server: config['benchmarks.iperf3-server'],
    },
    labUs: (monoUs) => options.estimate(monoUs)?.labUs,
    labRate: () => options.estimate(clock.monoUs())?.rate,
  };
}
