import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { AGENT_NODE_ENV, AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';
import { NOT_INSTALLED } from './notes.ts';
import { portNear } from './ports.ts';
import type { OnDeath, Processes } from './processes.ts';
import type { ServerAddresses } from './servers.ts';
import { top } from './top.ts';
import { answersOk, waitUntil } from './wait.ts';
import type { Run } from './with-processes.ts';

const PAGE_PORT = 9464;
/** As its unit has them (deploy/systemd/nestwatch-collector.service). */
const COLLECTOR_FLAGS = ['--max-semi-space-size=8'];

/**
 * Starts the built collector and waits until it reaches both servers.
 * @returns its process, and the address of /healthz, /metrics and the page
 */
export async function startCollector(
  processes: Processes,
  dist: string,
  servers: ServerAddresses,
  port: number,
  onDeath: OnDeath,
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
) {
  const { natsUrl, influxUrl } = servers;
  const child = processes.start(
    'collector',
    process.execPath,
    [...COLLECTOR_FLAGS, join(dist, 'nestwatch-collector.mjs'), 'run'],
    {
      env: {
        ...{ ...NOT_INSTALLED, NATS_URL: natsUrl, INFLUX_URL: influxUrl },
        ...{ NESTWATCH_HTTP_PORT: String(port), ...env },
      },
      onDeath,
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(() => answersOk(`${url}/healthz`), { what: `the collector at ${url}`, child, signal });
  return { child, url };
}

export type CollectorProcess = Awaited<ReturnType<typeof startCollector>>;

/** Starts a run's collector, on the usual port where that is free. Gives the address of its page. */
export async function startLabPage(
  { processes, onDeath, stop, say }: Run,
  servers: ServerAddresses,
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const port = await portNear(PAGE_PORT);
  const { url } = await startCollector(processes, join(top, 'dist'), servers, port, onDeath, stop, env);
  say(
    `lab page at ${url}/ (also /healthz, /metrics)${port === PAGE_PORT ? '' : `; port ${PAGE_PORT} is taken`}`,
  );
  return url;
}

/** Starts the built agent for this machine. */
export function startAgent(
  processes: Processes,
  dist: string,
  servers: ServerAddresses,
  settings: Readonly<Record<string, string>>,
  onDeath: OnDeath,
): ChildProcess {
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const program = [...AGENT_NODE_FLAGS, join(dist, 'nestwatch-agent.mjs')];
  return processes.start('agent', process.execPath, [...program, 'run', ...flags], {
    env: { ...AGENT_NODE_ENV, ...NOT_INSTALLED, NATS_URL: servers.natsUrl },
    onDeath,
  });
}
