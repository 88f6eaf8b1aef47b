import { VERSION } from '@nestwatch/common/version';
import type { Registry } from 'prom-client';
import type { Handler } from './server.ts';

/** What the collector needs: all true when it can do its work. */
export interface Health {
  nats: boolean;
  influx: boolean;
  stream: boolean;
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
