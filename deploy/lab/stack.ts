import { join } from 'node:path';
import { readAddresses } from '../local/addresses.ts';
import { portNear } from '../local/ports.ts';
import type { Processes } from '../local/processes.ts';
import { startCollector } from '../local/programs.ts';
import { type ServerAddresses, startServers } from '../local/servers.ts';

export interface StackOptions {
  dataDir: string;
  /** Folder of `npm start`. */
  startDir: string;
  dist: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  say(line: string): void;
  onDeath(name: string, how: string, logFile: string): void;
}

/** A turn to benchmark is renewed by machines for which a minute of the server is a few seconds, or less. */
const COLLECTOR_ENV = { NESTWATCH_BENCHMARKS_LEASE: '2m' };

/** NATS, InfluxDB and the collector: those of a running `npm start`, else our own. */
export async function startStack(processes: Processes, options: StackOptions): Promise<ServerAddresses> {
  const { dataDir, startDir, dist, env, signal, say, onDeath } = options;
  const running = env['NATS_URL'] || env['INFLUX_URL'] ? undefined : readAddresses(startDir);
  if (running !== undefined) {
    say(`joining the running npm start: NATS at ${running.natsUrl}, InfluxDB at ${running.influxUrl}`);
    return running;
  }
  const servers = await startServers(processes, join(dataDir, 'servers'), env, say);
  const port = await portNear(9464);
  const collector = await startCollector(processes, dist, servers, port, onDeath, signal, COLLECTOR_ENV);
  say(`lab page at ${collector.url}/ (also /healthz, /metrics)`);
  return servers;
}
