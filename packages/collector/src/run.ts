import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '@nestwatch/common/clock';
import { UsageError } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats, followConnection } from '@nestwatch/common/nats/connect';
import { warnOfSharedLogin } from '@nestwatch/common/nats/kept-apart';
import { watchEndings } from '@nestwatch/common/nats/watch-endings';
import { VERSION } from '@nestwatch/common/version';
import type { CollectorConfig } from './config/schema.ts';
import { openStore, type Store, waitForStore } from './influx/store.ts';
import { runParts } from './parts.ts';
import { createShardedReader } from './read/sharded-reader.ts';
import { forShard, readShards, type ShardPlan, shardNamed } from './shards/shard-file.ts';
import { createShardLabs, type ShardLabs } from './shards/shard-labs.ts';
import { withApi } from './web/api/handler.ts';
import { layersHandler } from './web/layers/handler.ts';
import { createLogin } from './web/login/login.ts';
import { createRegistry, type Health, monitoringHandlers } from './web/monitoring.ts';
import { createPage } from './web/page.ts';
import { serveHttp } from './web/server.ts';

/**
 * The collector from start to stop: its HTTP server first, then what it needs, then its parts; stopped in reverse.
 * @throws UsageError when the settings cannot work; servers that are away are waited for.
 */
export async function runCollector(given: CollectorConfig, log: Log, signal: AbortSignal): Promise<void> {
  const { config, plan } = await shardConfig(given);
  // What cannot work is said at once, not after InfluxDB is there.
  const access = await natsAccess(config);
  warnOfSharedLogin(config, log);
  const health: Health = { nats: false, influx: false, stream: false };
  const registry = createRegistry(health);
  let store: Store | undefined;
  const [host, port, allowedHosts] = [config['http.host'], config['http.port'], config['http.allowed-hosts']];
  const refreshMs = config['page.refresh'];
  let shardLabs: ShardLabs | undefined;
  // One page over all shards, whichever this collector works for.
  const across =
    plan &&
    createShardedReader({
      plan: () => shardLabs?.plan() ?? plan,
      open: (shard) => openStore(forShard(given, shard), log),
      onMissing: (shard, error) => log.warn('the page shows nothing of a shard', { shard, error }),
    });
  const reader = () => across ?? store;
  const page = createPage({ store: reader, clock: systemClock, signal, refreshMs });
  const layers = layersHandler({
    store: reader,
    clock: systemClock,
    mostSeries: config['metrics.layers-series'],
  });
  const handlers = {
    ...monitoringHandlers(registry, health),
    ...(config['metrics.layers'] ? { '/metrics/layers': layers } : {}),
    '*': withApi({ store: reader, clock: systemClock }, page),
  };
  const guard = createLogin(config, systemClock);
  const http = await serveHttp({ host, port, allowedHosts, guard }, handlers, log);
  log.info('collector started', { version: VERSION, http: http.url });
  try {
    store = await waitForStore(config, log, signal);
    if (store === undefined) return;
    health.influx = true;
    const url = config['nats.url'];
    const options = { url, access, name: 'nestwatch-collector', signal };
    const connection = await connectNats({ ...options, log });
    const questions = await connectNats({ ...options, log: ofQuestions(log) });
    if (connection === undefined || questions === undefined) {
      await connection?.close();
      return;
    }
    health.nats = true;
    void followConnection(connection, (connected) => {
      health.nats = connected;
    });
    const { endings } = store;
    void watchEndings((nowMs) => [...access.endings(nowMs), ...endings(nowMs)], {
      clock: systemClock,
      log,
      signal,
    });
    const name = `${hostname()}:${new URL(http.url).port}`;
    const clock = systemClock;
    shardLabs = plan && createShardLabs({ connection, config, given, plan, log });
    await runParts({
      ...{ config, log, signal, clock, registry, health },
      ...{ store, shardLabs, connection, questions, name },
    });
    await Promise.all([connection, questions].map(endConnection));
  } finally {
    await http.close();
    log.info('collector stopped');
  }
}

/**
 * The settings as they are for the collector's shard, and all shards, where there are any.
 * @throws UsageError as readShards, and where the collector names none of them
 */
async function shardConfig(given: CollectorConfig): Promise<{ config: CollectorConfig; plan?: ShardPlan }> {
  const { 'shards.file': path, shard } = given;
  if (path === '' && shard === '') return { config: given };
  if (path === '') throw new UsageError(`shard ${shard} is in no file: set shards.file`);
  const plan = await readShards(path, given);
  return { config: forShard(given, shardNamed(plan, shard)), plan };
}

/** Sends what is left. Where the server is away nothing can be, and one that goes on trying would keep the process. */
async function endConnection(connection: NatsConnection): Promise<void> {
  await connection.drain().catch(() => connection.close());
}

/** Of the second connection only differences are logged: that it is lost, and that it is back. */
function ofQuestions(log: Log): Log {
  const which = { connection: 'for what nodes ask' };
  return {
    ...log,
    info: (message, fields) => log.debug(message, { ...fields, ...which }),
    warn: (message, fields) => log.warn(message, { ...fields, ...which }),
  };
}
