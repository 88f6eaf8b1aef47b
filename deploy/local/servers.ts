import { join } from 'node:path';
import { natsServerToStart } from '../nats-server/for-programs.ts';
import { startInflux } from './influx.ts';
import { startNats } from './nats.ts';
import { portNear } from './ports.ts';
import type { Processes } from './processes.ts';
import { INFLUXD, NATS_SERVER, requireTools, type Tool } from './tools.ts';

export interface ServerAddresses {
  natsUrl: string;
  influxUrl: string;
}

interface ServersOptions {
  env: NodeJS.ProcessEnv;
  say(line: string): void;
  /** A path or a version; empty for the distribution's. */
  natsServer: string;
  /** Ends a download. */
  signal: AbortSignal;
}

/**
 * The NATS and InfluxDB to use: those that NATS_URL and INFLUX_URL name, else our own on loopback, on their usual
 * ports where these are free, with their data below `dir`.
 */
export async function startServers(
  processes: Processes,
  dir: string,
  { env, say, natsServer, signal }: ServersOptions,
): Promise<ServerAddresses> {
  const given = { nats: env['NATS_URL'] || undefined, influx: env['INFLUX_URL'] || undefined };
  const needed: Tool[] = [];
  if (given.nats === undefined && natsServer === '') needed.push(NATS_SERVER);
  if (given.influx === undefined) needed.push(INFLUXD);
  const paths = await requireTools(needed, say);
  const startOwnNats = async () => {
    const binary = await natsServerToStart(natsServer, say, signal);
    return startNats(processes, binary, dir, await portNear(4222));
  };
  const natsUrl = given.nats ?? (await startOwnNats()).url;
  const influxd = paths[needed.indexOf(INFLUXD)] ?? '';
  const influxUrl = given.influx ?? (await startInflux(processes, influxd, dir, await portNear(8086))).url;
  const origin = (url: string | undefined, folder: string) =>
    url === undefined ? `, data in ${join(dir, folder)}` : ' (given)';
  say(`NATS at ${shown(natsUrl)}${origin(given.nats, 'jetstream')}`);
  say(`InfluxDB at ${shown(influxUrl)}${origin(given.influx, 'influxdb')}`);
  return { natsUrl, influxUrl };
}

/** An address without user and password. */
function shown(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
