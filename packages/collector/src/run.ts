import { hostname } from 'node:os';
import type { NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { natsAccess } from '@nestwatch/common/nats/access';
import { connectNats, followConnection } from '@nestwatch/common/nats/connect';
import { warnOfSharedLogin } from '@nestwatch/common/nats/kept-apart';
import { watchEndings } from '@nestwatch/common/nats/watch-endings';
import { VERSION } from '@nestwatch/common/version';
import type { CollectorConfig } from './config/schema.ts';
import { type Store, waitForStore } from './influx/store.ts';
import { runParts } from './parts.ts';
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
export async function runCollector(config: CollectorConfig, log: Log, signal: AbortSignal): Promise<void> {
  // What cannot work is said at once, not after InfluxDB is there.
  const access = await natsAccess(config);
  warnOfSharedLogin(config, log);
  const health: Health = { nats: false, influx: false, stream: false };
  const registry = createRegistry(health);
  let store: Store | undefined;
  const [host, port, allowedHosts] = [config['http.host'], config['http.port'], config['http.allowed-hosts']];
  const refreshMs = config['page.refresh'];
  const page = createPage({ store: () => store, clock: systemClock, signal, refreshMs });
  const layers = layersHandler({
    store: () => store,
    clock: systemClock,
    mostSeries: config['metrics.layers-series'],
  });
  const handlers = {
    ...monitoringHandlers(registry, health),
    ...(config['metrics.layers'] ? { '/metrics/layers': layers } : {}),
    '*': withApi({ store: () => store, clock: systemClock }, page),
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
    await runParts({ config, log, signal, clock, registry, health, store, connection, questions, name });
    await Promise.all([connection, questions].map(endConnection));
  } finally {
    await http.close();
    log.info('collector stopped');
  }
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
