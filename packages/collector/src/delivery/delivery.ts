import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { type BucketSettings, ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { BUCKETS } from '@nestwatch/proto';
import type { Registry } from 'prom-client';
import type { Store } from '../influx/store.ts';
import type { OwnLabs } from '../shards/own-labs.ts';
import { registerDeliveryGauges } from './delivery-gauges.ts';
import { createDeliveryWriter } from './delivery-points.ts';
import { createDeliveryReconciler } from './reconcile.ts';
import type { RunKey } from './run-key.ts';
import { type DeliveryStateStore, openDeliveryStateStore } from './state-store.ts';
import { createDeliveryTracker } from './tracker.ts';

export interface DeliveryOptions {
  readonly connection: NatsConnection;
  readonly store: Pick<Store, 'query' | 'write'>;
  /** Of the shared states. */
  readonly bucket: BucketSettings;
  readonly registry: Registry;
  /** Whether a run may be kept of which only another run's messages tell. */
  readonly mayBegin: (run: RunKey) => boolean;
  readonly labs: OwnLabs;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tracks the delivery of all messages, closes gaps from InfluxDB, and shows the figures there and in /metrics. */
export function createDelivery(options: DeliveryOptions) {
  const { connection, store, bucket, registry, mayBegin, labs, clock, log } = options;
  let states: DeliveryStateStore | undefined;
  registerDeliveryGauges(registry, () => states?.all() ?? new Map());
  const reconcile = createDeliveryReconciler(store, clock.wallUs, log);
  const write = createDeliveryWriter(store, clock.wallUs, log);
  return createDeliveryTracker({
    connection,
    clock,
    log,
    mayBegin,
    labs,
    onMerged: async (merged, keys) => write(merged, [...keys, ...(await reconcile(merged))]),
    async openStates() {
      const kept = await ensureBucket(connection, BUCKETS.watermarks, bucket);
      states = await openDeliveryStateStore(connection, kept, log, undefined, labs);
      return states;
    },
  });
}
