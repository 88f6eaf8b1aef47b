import { join, resolve } from 'node:path';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { startInflux } from '@nestwatch/deploy/local/influx';
import { type LocalServer, startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses, type Processes } from '@nestwatch/deploy/local/processes';
import { type CollectorProcess, startAgent, startCollector } from '@nestwatch/deploy/local/programs';
import type { ServerAddresses } from '@nestwatch/deploy/local/servers';
import { findTool, INFLUXD, NATS_SERVER } from '@nestwatch/deploy/local/tools';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import { temporaryFolder } from './folder.ts';
import { influxConfig } from './influx-config.ts';

const dist = resolve(import.meta.dirname, '../../../dist');

/** Real servers of one test file, in a folder and on ports of their own, and the built programs against them. */
export interface TestLab extends AsyncDisposable {
  dir: string;
  processes: Processes;
  servers: ServerAddresses;
  natsPort: number;
  influxPort: number;
  store: Store;
  startNats(): Promise<LocalServer>;
  startInflux(): Promise<LocalServer>;
  /** On a free port unless one is given. */
  startCollector(env?: Readonly<Record<string, string>>, port?: number): Promise<CollectorProcess>;
  startAgent(settings: Readonly<Record<string, string>>): ReturnType<typeof startAgent>;
  /** Waits until an InfluxQL query gives rows that satisfy; by default any rows. */
  waitForRows(influxql: string, enough?: (rows: Row[]) => boolean): Promise<Row[]>;
}

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export async function createTestLab(): Promise<TestLab> {
  const dir = temporaryFolder('lab');
  const processes = createProcesses(dir);
  const [natsPort, influxPort] = [await freePort(), await freePort()];
  const binary = (command: string) => findTool({ command }) ?? command;
  const nats = () => startNats(processes, binary(NATS_SERVER.command), dir, natsPort);
  const influx = () => startInflux(processes, binary(INFLUXD.command), dir, influxPort);
  const servers = { natsUrl: (await nats()).url, influxUrl: (await influx()).url };
  const store = await openStore(influxConfig({ INFLUX_URL: servers.influxUrl }));
  const signal = new AbortController().signal;
  const ignore = () => undefined;
  return {
    dir,
    processes,
    servers,
    natsPort,
    influxPort,
    store,
    startNats: nats,
    startInflux: influx,
    startCollector: async (env = {}, port) =>
      startCollector(processes, dist, servers, port ?? (await freePort()), ignore, signal, env),
    startAgent: (settings) =>
      startAgent(processes, dist, servers, { 'state-dir': join(dir, 'agent'), ...settings }, ignore),
    async waitForRows(influxql, enough = (rows) => rows.length > 0) {
      let rows: Row[] = [];
      await waitUntil(
        async () => {
          rows = (await store.query(influxql)).flatMap((series) =>
            series.rows.map((row) => ({ ...series.tags, ...row })),
          );
          return enough(rows);
        },
        { what: influxql, tail: () => JSON.stringify(rows.slice(0, 5)), limitMs: 90_000 },
      );
      return rows;
    },
    async [Symbol.asyncDispose]() {
      await processes.stopAll();
    },
  };
}
