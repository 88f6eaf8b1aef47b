import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import { type BucketSettings, ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import { createJudge } from '../analysis/judge-labs.ts';
import type { PipelineView } from '../analysis/judged-lab.ts';
import type { Store } from '../influx/store.ts';
import type { Alert } from './alerts/alert.ts';
import { openAlertStore } from './alerts/alert-store.ts';
import { createEvaluation } from './evaluate.ts';
import type { AlertingConfig } from './settings.ts';
import { createSinks } from './sinks/index.ts';

/** With fewer messages waiting than this, what InfluxDB has is what there is. */
const CAUGHT_UP = 100;

export interface WatchOptions {
  readonly connection: NatsConnection;
  readonly store: Store;
  readonly config: AlertingConfig;
  /** Of the alerts and silences. */
  readonly bucket: BucketSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages of the stream that are not in InfluxDB yet; undefined when that cannot be asked. */
  readonly readBacklog: () => Promise<number | undefined>;
  /** Called after every evaluation, by the one collector that watches; with undefined when it does not any more. */
  onAlerts?(alerts: readonly Alert[] | undefined): void;
}

/**
 * Watches all labs whenever this collector holds the lease, until the signal is aborted. What it needs it reads from
 * InfluxDB, not from the stream: ingest is shared among the collectors, so none of them sees everything pass; what was
 * written is what dashboards show and what a later collector will find; and a late result needs no special case.
 */
export async function runWatch(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { connection, bucket, clock, log, onAlerts } = options;
  const leader = {
    connection,
    bucket: BUCKETS.collectorLeases,
    duty: 'watch',
    collector: hostname(),
    replicas: bucket.replicas,
    clock,
    log,
  };
  await whileLeader(leader, signal, async (leading, works) => {
    try {
      await watchWhileLeading(options, leading, works);
    } finally {
      onAlerts?.(undefined);
    }
  });
}

async function watchWhileLeading(
  { connection, store, config, bucket, clock, log, readBacklog, onAlerts }: WatchOptions,
  leading: AbortSignal,
  works: () => void,
): Promise<void> {
  const kept = await ensureBucket(connection, BUCKETS.alerts, bucket);
  const evaluate = await createEvaluation({
    store,
    log,
    alerts: await openAlertStore(kept, leading, log),
    sinks: createSinks(config, connection, store),
    overrides: config['watch.rules'],
    maintenance: config['watch.maintenance'],
    judge: createJudge(store, {
      benchmarksMs: config['watch.history'],
      probeWindowMs: config['watch.probe-window'],
    }),
    readPipeline: createPipelineReader(readBacklog, clock),
  });
  while (!leading.aborted) {
    const startedUs = clock.monoUs();
    // Not as an argument: a call that nobody listens to does not evaluate its arguments.
    const alerts = await evaluate(clock.wallUs());
    works();
    onAlerts?.(alerts);
    const tookMs = (clock.monoUs() - startedUs) / 1000;
    await pause(Math.max(config['watch.interval'] - tookMs, config['watch.interval'] / 10), leading);
  }
}

/** How far ingest is behind, and since when it is not. */
function createPipelineReader(
  readBacklog: WatchOptions['readBacklog'],
  clock: Clock,
): () => Promise<PipelineView> {
  let caughtUpSinceUs: number | undefined;
  return async () => {
    const pending = await readBacklog();
    // Without NATS nothing arrives, so silence says nothing about nodes.
    const caughtUp = pending !== undefined && pending < CAUGHT_UP;
    caughtUpSinceUs = caughtUp ? (caughtUpSinceUs ?? clock.wallUs()) : undefined;
    return defined({ pending, caughtUpSinceUs });
  };
}
