import { join } from 'node:path';
import { readAddresses } from '../local/addresses.ts';
import { startLabPage } from '../local/programs.ts';
import { type ServerAddresses, startServers } from '../local/servers.ts';
import type { Run } from '../local/with-processes.ts';
import type { LabContext } from './settings.ts';

/** A turn to benchmark is renewed by machines for which a minute of the server is a few seconds, or less. */
const COLLECTOR_ENV = { NESTWATCH_BENCHMARKS_LEASE: '2m' };

/** NATS, InfluxDB and the collector: those of a running `npm start`, else our own. */
export async function startStack({ config, env }: LabContext, run: Run): Promise<ServerAddresses> {
  const { processes, say } = run;
  const running = env['NATS_URL'] || env['INFLUX_URL'] ? undefined : readAddresses(config['start.dir']);
  if (running !== undefined) {
    say(`joining the running npm start: NATS at ${running.natsUrl}, InfluxDB at ${running.influxUrl}`);
    return running;
  }
  const servers = await startServers(processes, join(config['data.dir'], 'servers'), env, say);
  await startLabPage(run, servers, COLLECTOR_ENV);
  return servers;
}
