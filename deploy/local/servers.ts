import { join } from 'node:path';
import { startInflux } from './influx.ts';
import { startNats } from './nats.ts';
import { portNear } from './ports.ts';
import type { Processes } from './processes.ts';
import { INFLUXD, NATS_SERVER, requireTools, type Tool } from './tools.ts';

export interface ServerAddresses {
  natsUrl: string;
  influxUrl: string;
}

/**
 * The NATS and InfluxDB to use: those that NATS_URL and INFLUX_URL name, else our own on loopback, on their usual
 * ports where these are free, with their data below `dir`.
 */
export async function startServers(
  processes: Processes,
  dir: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<ServerAddresses> {
  const given = { nats: env['NATS_URL'] || undefined, influx: env['INFLUX_URL'] || undefined };
  const needed: Tool[] = [];
  if (given.nats === undefined) needed.push(NATS_SERVER);
  if (given.influx === undefined) needed.push(INFLUXD);
  const paths = await requireTools(needed, say);
  const pathOf = (tool: Tool) => paths[needed.indexOf(tool)] ?? '';
  const natsUrl =
    given.nats ?? (await startNats(processes, pathOf(NATS_SERVER), dir, await portNear(4222))).url;
  const influxUrl =
    given.influx ?? (await startInflux(processes, pathOf(INFLUXD), dir, await portNear(8086))).url;
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
