import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { collectorSchema } from '@nestwatch/collector/config/schema';
import type { InfluxConfig } from '@nestwatch/collector/influx/settings';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { provision } from '@nestwatch/collector/ingest/provision';
import { loadConfig } from '@nestwatch/common/config/load';
import { startInflux } from '../../deploy/local/influx.ts';
import { startNats } from '../../deploy/local/nats.ts';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';
import { type CollectorProcess, startCollector } from '../../deploy/local/programs.ts';
import type { ServerAddresses } from '../../deploy/local/servers.ts';
import { INFLUXD, NATS_SERVER, requireTools } from '../../deploy/local/tools.ts';
import type { SectionContext } from '../section.ts';

/** Real servers of one measurement, on ports and in a folder of their own. */
export interface BenchServers extends AsyncDisposable {
  processes: Processes;
  addresses: ServerAddresses;
  natsPid: number;
  influxPid: number;
  /** Folder of JetStream. */
  natsDir: string;
  /** Folder of InfluxDB, with `data` and `wal` below. */
  influxDir: string;
  store(database: string): Promise<Store>;
  /** Makes the stream and the consumer, as a collector does. */
  provision(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** @param dist folder of the built program to start, instead of the usual one */
  startCollector(env?: Readonly<Record<string, string>>, dist?: string): Promise<CollectorProcess>;
}

/** @param influxEnv settings of InfluxDB for this measurement, as environment variables */
export async function startBenchServers(
  context: SectionContext,
  part: string,
  influxEnv: Readonly<Record<string, string>> = {},
): Promise<BenchServers> {
  const dir = join(context.dir, part);
  const [nats = '', influx = ''] = await requireTools([NATS_SERVER, INFLUXD], (line) =>
    context.log.info(line),
  );
  const processes = createProcesses(dir);
  const pids: number[] = [];
  const recording: Processes = {
    ...processes,
    start: (name, command, args, options = {}) => {
      const child = processes.start(name, command, args, {
        ...options,
        env: { ...influxEnv, ...options.env },
      });
      pids.push(child.pid ?? 0);
      return child;
    },
  };
  try {
    const natsUrl = (await startNats(recording, nats, dir, await freePort())).url;
    const influxUrl = (await startInflux(recording, influx, dir, await freePort())).url;
    return {
      processes,
      addresses: { natsUrl, influxUrl },
      natsPid: pids[0] ?? 0,
      influxPid: pids[1] ?? 0,
      natsDir: join(dir, 'jetstream'),
      influxDir: join(dir, 'influxdb'),
      store: (database) => openStore(influxConfig({ INFLUX_URL: influxUrl, INFLUX_DATABASE: database })),
      async provision(settings = {}) {
        const connection = await connect({ servers: natsUrl });
        await provision(
          connection,
          loadConfig(collectorSchema, { env: {}, flags: { 'stream.node-messages': '1000000', ...settings } }),
        );
        await connection.close();
      },
      startCollector: async (env = {}, dist = context.dist) =>
        startCollector(
          ...([processes, dist, { natsUrl, influxUrl }, await freePort()] as const),
          (name, how, logFile) => context.log.error(`${name} ended`, { how, logFile }),
          context.signal,
          // A stream is filled before collectors start, by nodes that do not send again.
          { NESTWATCH_LOG_LEVEL: 'warn', NESTWATCH_STREAM_NODE_MESSAGES: '1000000', ...env },
        ),
      [Symbol.asyncDispose]: () => processes.stopAll(),
    };
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
}

function influxConfig(env: Readonly<Record<string, string>>): InfluxConfig {
  return loadConfig(influxSettings, { env, flags: {} });
}
