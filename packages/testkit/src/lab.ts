import { join, resolve } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses } from '@nestwatch/deploy/local/processes';
import { startAgent, startCollector } from '@nestwatch/deploy/local/programs';
import { findTool, NATS_SERVER } from '@nestwatch/deploy/local/tools';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import { temporaryFolder } from './folder.ts';
import { startTestInflux } from './influx.ts';
import { influxConfig } from './influx-config.ts';

const dist = resolve(import.meta.dirname, '../../../dist');

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Real servers of one test file, in a folder and on ports of their own, and the built programs against them. */
export async function createTestLab() {
  const dir = temporaryFolder('lab');
  const processes = createProcesses(dir);
  const [natsPort, influxPort] = [await freePort(), await freePort()];
  const binary = (command: string) => findTool({ command }) ?? command;
  const nats = () => startNats(processes, binary(NATS_SERVER.command), dir, natsPort);
  const influx = () => startTestInflux(processes, dir, influxPort);
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
    /** On a free port unless one is given. */
    startCollector: async (env: Readonly<Record<string, string>> = {}, port?: number) =>
      startCollector(processes, dist, servers, port ?? (await freePort()), ignore, signal, env),
    startAgent: (settings: Readonly<Record<string, string>>) =>
      startAgent(processes, dist, servers, { 'state-dir': join(dir, 'agent'), ...settings }, ignore),
    /** Waits until an InfluxQL query gives rows that satisfy; by default any rows. */
    async waitForRows(influxql: string, enough = (rows: Row[]) => rows.length > 0): Promise<Row[]> {
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
    [Symbol.asyncDispose]: () => processes.stopAll(),
  };
}

export type TestLab = Awaited<ReturnType<typeof createTestLab>>;
