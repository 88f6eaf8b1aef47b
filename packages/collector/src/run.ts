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
import { createDeliveryWriter, registerDeliveryGauges } from './delivery/delivery-points.ts';
import { createHealer } from './delivery/reconcile.ts';
import type { Account } from './delivery/state.ts';
import { type Board, openBoard } from './delivery/state-store.ts';
import { type Accounting, createAccounting } from './delivery/tracker.ts';
import { createRetention } from './influx/retention/run.ts';
import type { InfluxConfig } from './influx/settings.ts';
import { openStore, type Store } from './influx/store.ts';
import { readPending } from './ingest/backlog.ts';
import { createDeadLetters } from './ingest/dead-letters.ts';
import { createGrowthGuard, type GrowthLimits } from './ingest/growth-guard.ts';
import { runIngest } from './ingest/ingest.ts';
import { createIngestMetrics } from './ingest/metrics.ts';
import { provisionBenchmarks } from './ingest/provision-benchmarks.ts';
import { serveTime } from './ingest/serve-time.ts';
import { createOwnFigures } from './self-metrics/self-metrics.ts';
import { writeOwnFigures } from './self-metrics/write-self-metrics.ts';
import { createTopology } from './topology/topology.ts';
import { createPage } from './web/page.ts';
import { type Handler, serveHttp } from './web/server.ts';

/** What the collector needs: all true when it can do its work. */
interface Health {
  nats: boolean;
  influx: boolean;
  stream: boolean;
}

/** A run of an agent of which nothing was heard for so long is forgotten. */
const ACCOUNTS_KEPT_MS = 14 * 86_400_000;

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
  const own = createOwnFigures(systemClock);
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
    const accounting = keepAccounts(connection, store, config, registry, log);
    const ended = new AbortController();
    setMaxListeners(0, ended.signal);
    const accounts = accounting.run(ended.signal);
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
    const provisioned = provisionBenchmarks(connection, config, log, ended.signal);
    serveTime(connection, {
      ...{ clock: systemClock, collector: hostname(), log },
      placeOf: topology.placeOf,
    });
    const amplification = runAmplification({ store, nowUs: systemClock.wallUs, log, signal });
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
    const ownFigures = {
      ...{ store, figures: own, clock: systemClock, log },
      state: () => ({ reachesNats: health.nats, readsStream: health.stream, watches }),
      readPending: () => readPending(connection),
      name: `${hostname()}:${new URL(http.url).port}`,
    };
    const telling = writeOwnFigures(ownFigures, ended.signal);
    await runIngest({
      ...{ connection, config, deadLetters, accounting, log, signal },
      store: own.timing(store),
      onWritten(report) {
        topology.observe(report);
        rounds.observe(report);
        retention.note(report.header.labUs ?? report.header.wallUs);
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
    await Promise.all([accounts, retaining, joining, amplification, comparing, provisioned, telling]);
    await connection.drain();
  } finally {
    await http.close();
    log.info('collector stopped');
  }
}

function keepAccounts(
  connection: NatsConnection,
  store: Store,
  config: CollectorConfig,
  registry: Registry,
  log: Log,
): Accounting {
  let board: Board | undefined;
  registerDeliveryGauges(registry, () => board?.all() ?? new Map<string, Account>());
  const replicas = config['stream.replicas'];
  const heal = createHealer(store, systemClock.wallUs, log);
  const write = createDeliveryWriter(store, systemClock.wallUs, log);
  return createAccounting({
    ...{ connection, clock: systemClock, log },
    onMerged: async (merged, keys) => write(merged, [...keys, ...(await heal(merged))]),
    async openBoard() {
      const bucket = await ensureBucket(connection, BUCKETS.watermarks, {
        ttlMs: ACCOUNTS_KEPT_MS,
        replicas,
      });
      board = await openBoard({ connection, bucket, log });
      return board;
    },
  });
}

function growthLimits(config: CollectorConfig): GrowthLimits {
  return {
    labs: config['limits.labs'],
    nodesPerLab: config['limits.nodes'],
    bootsPerHour: config['limits.boots'],
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
