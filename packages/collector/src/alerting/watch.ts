import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import { type BucketSettings, ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { whileLeader } from '@nestwatch/common/nats/while-leader';
import { BUCKETS } from '@nestwatch/proto';
import type { Store } from '../influx/store.ts';
import { type OwnLabs, ofShard } from '../shards/own-labs.ts';
import type { Alert } from './alerts/alert.ts';
import { openAlertStore } from './alerts/alert-store.ts';
import { createEvaluation } from './evaluate.ts';
import type { AlertingMetrics } from './metrics.ts';
import type { AlertingConfig } from './settings.ts';
import { createSinks } from './sinks/index.ts';

/** With fewer messages waiting than this, what InfluxDB has is what there is. */
const CAUGHT_UP = 100;

interface WatchOptions {
  readonly connection: NatsConnection;
  readonly store: Store;
  readonly config: AlertingConfig;
  readonly labs: OwnLabs;
  /** Of the alerts and silences. */
  readonly bucket: BucketSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages of the stream that are not in InfluxDB yet; undefined when that cannot be asked. */
  readonly readBacklog: () => Promise<number | undefined>;
  readonly metrics: Pick<AlertingMetrics, 'notified'>;
  /** Called after every evaluation, by the one collector that watches; with undefined when it does not any more. */
  onAlerts(alerts: readonly Alert[] | undefined): void;
}

/**
 * Watches all labs whenever this collector holds the lease, until the signal is aborted. What it needs it reads from
 * InfluxDB, not from the stream: ingest is shared among the collectors, so none of them sees everything pass; what was
 * written is what dashboards show and what a later collector will find; and a late result needs no special case.
 */
export async function runWatch(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { connection, bucket, labs, clock, log, onAlerts } = options;
  const { replicas } = bucket;
  const lease = {
    bucket: BUCKETS.collectorLeases,
    duty: ofShard('watch', labs),
    collector: hostname(),
    replicas,
  };
  await whileLeader({ connection, ...lease, clock, log }, signal, async (leading, works) => {
    try {
      await watchWhileLeading(options, leading, works);
    } finally {
      onAlerts(undefined);
    }
  });
}

async function watchWhileLeading(
  { connection, store, config, labs, bucket, clock, log, metrics, readBacklog, onAlerts }: WatchOptions,
  leads: AbortSignal,
  works: () => void,
): Promise<void> {
  // Alerts of a lab that came are to be read, and those of one that left are another's.
  const leading = AbortSignal.any([leads, labs.untilChanged()]);
  const alerts = await ensureBucket(connection, BUCKETS.alerts, bucket);
  const kept = await openAlertStore(alerts, leading, log, labs);
  const sinks = createSinks(config, connection, store, log);
  const evaluate = await createEvaluation({
    ...{ config, store, kept, sinks, log },
    onNotified: metrics.notified,
  });
  let caughtUpSinceUs: number | undefined;
  while (!leading.aborted) {
    const startedUs = clock.monoUs();
    const nowUs = clock.wallUs();
    const pending = await readBacklog();
    // Without NATS nothing arrives, so silence says nothing about nodes.
    const isCaughtUp = pending !== undefined && pending < CAUGHT_UP;
    caughtUpSinceUs = isCaughtUp ? (caughtUpSinceUs ?? clock.wallUs()) : undefined;
    const evaluated = await evaluate(nowUs, defined({ pending, caughtUpSinceUs }));
    works();
    onAlerts(evaluated);
    const tookMs = (clock.monoUs() - startedUs) / 1000;
    await pause(Math.max(config['watch.interval'] - tookMs, config['watch.interval'] / 10), leading);
  }
}
