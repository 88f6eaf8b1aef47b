import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { createBackoff, pause } from '@nestwatch/common/backoff';
import { systemClock } from '@nestwatch/common/clock';
import { messageOf, RetryableError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats, followConnection } from '@nestwatch/common/nats/connect';
import { ensureBucket } from '@nestwatch/common/nats/ensure-bucket';
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
import { createRetention } from './influx/retention/run.ts';
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
  const metrics = createIngestMetrics(registry);
  const health: Health = { nats: false, influx: false, stream: false };
  const own = createSelfMetrics(systemClock);
  let pageStore: Store | undefined;
  const page = createPage({
    ...{ store: () => pageStore, clock: systemClock, signal },
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
    const connection = await connectNats({
      url: config['nats.url'],
      access,
      name: 'nestwatch-collector',
      log,
      signal,
    });
    if (connection === undefined) return;
    health.nats = true;
    void followConnection(connection, (connected) => {
      health.nats = connected;
    });
    const deadLetters = createDeadLetters(connection, systemClock);
    const tracker = trackDelivery(connection, store, config, registry, log);
    const ended = new AbortController();
    setMaxListeners(0, ended.signal);
    const tracking = tracker.run(ended.signal);
    const retention = createRetention({ store, config, nowUs: systemClock.wallUs, log });
    const retaining = retention.run(ended.signal);
    const topology = createTopology({
      ...{ connection, store, clock: systemClock, log, replicas: config['stream.replicas'] },
      overrides: config['topology.overrides'],
      forgetAfterMs: config['topology.forget-after'],
    });
    const joining = topology.run(ended.signal);
    const rounds = createRounds({ store, log });
    const comparing = rounds.run(ended.signal);
    serveTime(connection, {
      ...{ clock: systemClock, collector: hostname(), log },
      positionOf: topology.positionOf,
    });
    const amplification = runAmplification({ store, nowUs: systemClock.wallUs, log }, signal);
    let watches = false;
    const watching = config['watch.enabled']
      ? runWatch({
          ...{ connection, store, config, clock: systemClock, log, signal },
          replicas: config['stream.replicas'],
          onAlerts(alerts) {
            watches = alerts !== undefined;
          },
        })
      : undefined;
    const selfMetrics = {
      ...{ store, metrics: own, clock: systemClock, log },
      state: () => ({ reachesNats: health.nats, readsStream: health.stream, watches }),
      readBacklog: () => readBacklog(connection),
      name: `${hostname()}:${new URL(http.url).port}`,
    };
    const telling = writeSelfMetrics(selfMetrics, ended.signal);
    await runIngest({
      ...{ connection, config, deadLetters, tracker, log, signal },
      store: own.timing(store),
      onWritten(message) {
        topology.observe(message);
        rounds.observe(message);
        retention.note(message.header.labUs ?? message.header.wallUs);
      },
      growth: createGrowthGuard(growthLimits(config)),
      nowUs: systemClock.wallUs,
      metrics: {
        ...own.counting(metrics),
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
    await Promise.all([tracking, retaining, joining, amplification, comparing, telling]);
    await connection.drain();
  } finally {
    await http.close();
    log.info('collector stopped');
  }
}

function trackDelivery(
  connection: NatsConnection,
  store: Store,
  config: CollectorConfig,
  registry: Registry,
  log: Log,
): DeliveryTracker {
  let states: DeliveryStateStore | undefined;
  registerDeliveryGauges(registry, () => states?.all() ?? new Map<string, DeliveryState>());
  const replicas = config['stream.replicas'];
  const reconcile = createDeliveryReconciler(store, systemClock.wallUs, log);
  const write = createDeliveryWriter(store, systemClock.wallUs, log);
  return createDeliveryTracker({
    ...{ connection, clock: systemClock, log },
    onMerged: async (merged, keys) => write(merged, [...keys, ...(await reconcile(merged))]),
    async openStates() {
      const settings = { ...BUCKET_SETTINGS.watermarks, replicas };
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
  const backoff = createBackoff({ firstMs: 250, maxMs: 10_000 });
  for (let said = false; !signal.aborted; said = true) {
    try {
      return await openStore(config);
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      if (!said) log.warn('InfluxDB cannot be used, trying until it can', { error: messageOf(error) });
      await pause(backoff.next(), signal);
    }
  }
  return undefined;
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
