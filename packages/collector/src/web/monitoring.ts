import { VERSION } from '@nestwatch/common/version';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Handler } from './server.ts';

/** What the collector needs: all true when it can do its work. */
export interface Health {
  nats: boolean;
  influx: boolean;
  stream: boolean;
}

/** Gauges that prom-client names like counters; `nodejs_active_handles` and its like count the same by type. */
const NAMED_AS_COUNTERS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** What is shown by GET /metrics from the start: the process, its version, and whether it reaches what it needs. */
export function createRegistry(health: Health): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of NAMED_AS_COUNTERS) registry.removeSingleMetric(name);
  const registers = [registry];
  const help = 'Always 1. Its label is the version of the collector.';
  const labelNames = ['version'];
  new Gauge({ name: 'nestwatch_build_info', help, labelNames, registers }).set({ version: VERSION }, 1);
  const state = (name: string, help: string, is: () => boolean) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(is() ? 1 : 0);
      },
    });
  state('nestwatch_nats_up', '1 while the collector is connected to NATS.', () => health.nats);
  state('nestwatch_stream_up', '1 while messages can be read from the stream.', () => health.stream);
  return registry;
}

/** Answers /healthz, the same as /readyz, and /metrics, for those who watch the collector itself. */
export function monitoringHandlers(registry: Registry, health: Health): Record<string, Handler> {
  const sayHealth: Handler = (_, response) => {
    const ok = health.nats && health.influx && health.stream;
    response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ ok, ...health, version: VERSION })}\n`);
  };
  return {
    '/healthz': sayHealth,
    '/readyz': sayHealth,
    '/metrics': async (_, response) => {
      response.writeHead(200, { 'content-type': registry.contentType });
      response.end(await registry.metrics());
    },
  };
}
