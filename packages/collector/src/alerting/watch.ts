import { hostname } from 'node:os';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import { createJudge } from '../analysis/judge-labs.ts';
import type { PipelineView } from '../analysis/judged-lab.ts';
import type { Store } from '../influx/store.ts';
import { readBacklog } from '../ingest/backlog.ts';
import { BUCKET_SETTINGS } from '../ingest/buckets.ts';
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
  readonly replicas: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called after every evaluation, by the one collector that watches; undefined when it does not any more. */
  onAlerts?(alerts: readonly Alert[] | undefined): void;
}

/**
 * Watches all labs whenever this collector holds the lease. What it needs it reads from InfluxDB, not from the
 * stream: ingest is shared among the collectors, so none of them sees everything pass; what was written is what
 * dashboards show and what a later collector will find; and a late result needs no special case.
 */
export async function runWatch(options: WatchOptions): Promise<void> {
  const { connection, replicas, clock, log, signal, onAlerts } = options;
  const leader = {
    connection,
    bucket: BUCKETS.collectorLeases,
    duty: 'watch',
    collector: hostname(),
    replicas,
    clock,
    log,
  };
  await whileLeader(leader, signal, async (held) => {
    try {
      await watchWhileHeld(
        options,
        await ensureBucket(connection, BUCKETS.alerts, { ...BUCKET_SETTINGS.alerts, replicas }),
        held,
      );
    } finally {
      onAlerts?.(undefined);
    }
  });
}

async function watchWhileHeld(options: WatchOptions, bucket: KV, held: AbortSignal): Promise<void> {
  const { connection, store, config, clock, log, onAlerts } = options;
  const evaluate = await createEvaluation({
    store,
    log,
    alerts: await openAlertStore(bucket, held, log),
    sinks: createSinks(config, connection, store),
    overrides: config['watch.rules'],
    maintenance: config['watch.maintenance'],
    judge: createJudge(store, {
      benchmarksMs: config['watch.history'],
      probeWindowMs: config['watch.probe-window'],
    }),
    readPipeline: createPipelineReader(connection, clock),
  });
  while (!held.aborted) {
    const startedUs = clock.monoUs();
    // Not as an argument: a call that nobody listens to does not evaluate its arguments.
    const alerts = await evaluate(clock.wallUs());
    onAlerts?.(alerts);
    const tookMs = (clock.monoUs() - startedUs) / 1000;
    await pause(Math.max(config['watch.interval'] - tookMs, config['watch.interval'] / 10), held);
  }
}

/** How far ingest is behind, and since when it is not. */
function createPipelineReader(connection: NatsConnection, clock: Clock): () => Promise<PipelineView> {
  let caughtUpSinceUs: number | undefined;
  return async () => {
    const pending = await readBacklog(connection);
    // Without NATS nothing arrives, so silence says nothing about nodes.
    const caughtUp = pending !== undefined && pending < CAUGHT_UP;
    caughtUpSinceUs = caughtUp ? (caughtUpSinceUs ?? clock.wallUs()) : undefined;
    return defined({ pending, caughtUpSinceUs });
  };
}
