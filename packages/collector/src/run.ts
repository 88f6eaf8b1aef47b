import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '@nestwatch/common/clock';
import { RetryableError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats, followConnection } from '@nestwatch/common/nats/connect';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
import { retryUntil } from '@nestwatch/common/retry';
import { VERSION } from '@nestwatch/common/version';
import { BUCKETS } from '@nestwatch/proto';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { runWatch } from './alerting/watch.ts';
import { runAmplification } from './analysis/amplification/task.ts';
import { createRounds } from './analysis/rounds/rounds.ts';
import type { CollectorConfig } from './config/schema.ts';
import { registerDeliveryGauges } from './delivery/delivery-gauges.ts';
import { createDeliveryWriter } from './delivery/delivery-points.ts';
import { createDeliveryReconciler } from './delivery/reconcile.ts';
import type { DeliveryState } from './delivery/state.ts';
import { type DeliveryStateStore, openDeliveryStateStore } from './delivery/state-store.ts';
import { createDeliveryTracker, type DeliveryTracker } from './delivery/tracker.ts';
import { createRetention } from './influx/retention/retention.ts';
import type { InfluxConfig } from './influx/settings.ts';
import { openStore, type Store } from './influx/store.ts';
import { readBacklog } from './ingest/backlog.ts';
import { BUCKET_SETTINGS } from './ingest/buckets.ts';
import { createDeadLetters } from './ingest/dead-letters.ts';
import { createGrowthGuard, type GrowthLimits } from './ingest/growth-guard.ts';
import { runIngest } from './ingest/ingest.ts';
import { createIngestMetrics } from './ingest/metrics.ts';
import { serveTime } from './ingest/serve-time.ts';
import { createSelfMetrics } from './self-metrics/self-metrics.ts';
import { writeSelfMetrics } from './self-metrics/write-self-metrics.ts';
import { createTopology } from './topology/topology.ts';
import { createPage } from './web/page.ts';
import { type Handler, serveHttp } from './web/server.ts';

/** What the collector needs: all true when it can do its work. */
interface Health {
  nats: boolean;
  influx: boolean;
  stream: boolean;
}

export interface CollectorOptions {
  config: CollectorConfig;
  log: Log;
  signal: AbortSignal;
}

/**
 * The collector from start to stop. Stops in the order pull, flush, acknowledge, drain.
 * @throws UsageError when the settings cannot work; servers that are away are waited for.
 */
export async function runCollector({ config, log, signal }: CollectorOptions): Promise<void> {
  // What cannot work is said at once, not after InfluxDB is there.
  const access = await natsAccess(config);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const health: Health = { nats: false, influx: false, stream: false };
  let pageStore: Store | undefined;
  const page = createPage({
    store: () => pageStore,
    clock: systemClock,
    signal,
    refreshMs: config['page.refresh'],
    host: config['http.host'],
  });
  const answers = { ...handlers(registry, health), '*': page };
  const http = await serveHttp(config['http.host'], config['http.port'], answers, log);
  log.info('collector started', { version: VERSION, http: http.url });
  try {
    const store = await waitForStore(config, log, signal);
    if (store === undefined) return;
    pageStore = store;
    health.influx = true;
    log.info('connected to InfluxDB', {
      url: config['influx.url'],
      version: store.serverVersion,
      api: store.dialect.api,
      store: store.dialect.store,
    });
    const url = config['nats.url'];
    const connection = await connectNats({ url, access, name: 'nestwatch-collector', log, signal });
    if (connection === undefined) return;
    health.nats = true;
    void followConnection(connection, (connected) => {
      health.nats = connected;
    });
    const name = `${hostname()}:${new URL(http.url).port}`;
    await runParts({ config, log, signal, registry, health, store, connection, name });
    await connection.drain();
  } finally {
    await http.close();
    log.info('collector stopped');
  }
}

/** What the parts of a collector share. */
interface Surroundings extends CollectorOptions {
  registry: Registry;
  health: Health;
  store: Store;
  connection: NatsConnection;
  /** Of this collector: host and port. */
  name: string;
}

/** Runs all parts of a collector until the signal is aborted and what was pulled is written. */
async function runParts(surroundings: Surroundings): Promise<void> {
  const { config, log, signal, registry, health, store, connection, name } = surroundings;
  const clock = systemClock;
  const nowUs = clock.wallUs;
  const replicas = config['stream.replicas'];
  const metrics = createIngestMetrics(registry);
  const selfMetrics = createSelfMetrics(clock);
  const tracker = trackDelivery(surroundings);
  const retention = createRetention({ store, config, nowUs, log });
  const topology = createTopology({
    connection,
    store,
    clock,
    log,
    replicas,
    overrides: config['topology.overrides'],
    forgetAfterMs: config['topology.forget-after'],
  });
  const rounds = createRounds({ store, log });
  let watches = false;
  const state = () => ({ reachesNats: health.nats, readsStream: health.stream, watches });
  // These go on until the last batch is written.
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  const others = [
    ...[tracker, retention, topology, rounds].map((part) => part.run(ended.signal)),
    writeSelfMetrics(
      {
        store,
        metrics: selfMetrics,
        state,
        readBacklog: () => readBacklog(connection),
        name,
        clock,
        log,
      },
      ended.signal,
    ),
    runAmplification({ store, nowUs, log }, signal),
  ];
  serveTime(connection, { clock, collector: hostname(), log, positionOf: topology.positionOf });
  const onAlerts = (alerts: unknown) => {
    watches = alerts !== undefined;
  };
  const watching = config['watch.enabled']
    ? runWatch({ connection, store, config, replicas, clock, log, signal, onAlerts })
    : undefined;
  await runIngest({
    connection,
    config,
    deadLetters: createDeadLetters(connection, clock),
    tracker,
    log,
    signal,
    store: selfMetrics.timing(store),
    onWritten(message) {
      topology.observe(message);
      rounds.observe(message);
      retention.note(message.header.labUs ?? message.header.wallUs);
    },
    growth: createGrowthGuard(growthLimits(config)),
    nowUs,
    metrics: {
      ...selfMetrics.counting(metrics),
      influx(reachable) {
        health.influx = reachable;
        metrics.influx(reachable);
      },
    },
    clockLimitMs: config['clock.limit'],
    onReading(reads) {
      health.stream = reads;
    },
  });
  await watching;
  ended.abort();
  await Promise.all(others);
}

function trackDelivery({ connection, store, config, registry, log }: Surroundings): DeliveryTracker {
  let states: DeliveryStateStore | undefined;
  registerDeliveryGauges(registry, () => states?.all() ?? new Map<string, DeliveryState>());
  const reconcile = createDeliveryReconciler(store, systemClock.wallUs, log);
  const write = createDeliveryWriter(store, systemClock.wallUs, log);
  return createDeliveryTracker({
    connection,
    clock: systemClock,
    log,
    onMerged: async (merged, keys) => write(merged, [...keys, ...(await reconcile(merged))]),
    async openStates() {
      const settings = { ...BUCKET_SETTINGS.watermarks, replicas: config['stream.replicas'] };
      const bucket = await ensureBucket(connection, BUCKETS.watermarks, settings);
      states = await openDeliveryStateStore({ connection, bucket, log });
      return states;
    },
  });
}

function growthLimits(config: CollectorConfig): GrowthLimits {
  return {
    labs: config['limits.labs'],
    nodesPerLab: config['limits.nodes'],
    runsPerHour: config['limits.boots'],
    seriesPerNode: config['limits.node-series'],
    seriesPerLab: config['limits.lab-series'],
  };
}

async function waitForStore(config: InfluxConfig, log: Log, signal: AbortSignal): Promise<Store | undefined> {
  if (signal.aborted) return undefined;
  return retryUntil(() => openStore(config), {
    signal,
    log,
    failing: 'InfluxDB cannot be used, trying until it can',
    giveUp: (error) => !(error instanceof RetryableError),
  });
}

function handlers(registry: Registry, health: Health): Record<string, Handler> {
  return {
    '/healthz': (_, response) => {
      const ok = health.nats && health.influx && health.stream;
      response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ ok, ...health, version: VERSION })}\n`);
    },
    '/metrics': async (_, response) => {
      response.writeHead(200, { 'content-type': registry.contentType });
      response.end(await registry.metrics());
    },
  };
}
