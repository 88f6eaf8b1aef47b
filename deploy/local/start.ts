import { join } from 'node:path';
import { renderLab } from '@nestwatch/collector/cli/render-lab';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { type LabRow, readLab, rowsAsJson } from '@nestwatch/collector/read/lab-table';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { RetryableError } from '@nestwatch/common/errors';
import { noteAddresses } from './addresses.ts';
import { showLive } from './live-table.ts';
import { portNear } from './ports.ts';
import { createProcesses, endLeftovers, logTail } from './processes.ts';
import { startAgent, startCollector } from './programs.ts';
import { startServers } from './servers.ts';
import type { StartSchema } from './settings.ts';
import { claimFolder } from './single-run.ts';
import { top } from './top.ts';
import { waitUntil } from './wait.ts';

const ONCE_LIMIT_MS = 120_000;

/** `npm start`: brings everything up, shows the lab, and ends what it started. */
export async function runStart(context: CommandContext<StartSchema>): Promise<number> {
  const { config, options, env, signal, stdout, stderr } = context;
  const say = (line: string) => void stderr.write(`${line}\n`);
  const startedUs = Date.now() * 1000;
  const dir = config['data.dir'];
  const dist = join(top, 'dist');
  const release = claimFolder(dir, 'npm start');
  for (const name of await endLeftovers(dir)) say(`ended ${name}, which an earlier run left behind`);
  const processes = createProcesses(dir);
  const died = new AbortController();
  const stop = AbortSignal.any([signal, died.signal]);
  const onDeath = (name: string, how: string, logFile: string) =>
    died.abort(new RetryableError(`${name} ended (${how}); the end of ${logFile}:\n${logTail(logFile)}`));
  try {
    const servers = await startServers(processes, dir, env, say);
    const store = await openStore({ ...config, 'influx.url': servers.influxUrl });
    const collector = await startCollector(processes, dist, servers, await portNear(9464), onDeath, stop);
    say(`lab page at ${collector.url}/ (also /healthz, /metrics)`);
    noteAddresses(dir, servers);
    startAgent(processes, dist, servers, agentSettings(config.lab, dir), onDeath);
    say(`agent of lab ${config.lab}, logs in ${dir}`);
    const render = (rows: LabRow[]) => renderLab(rows, Date.now() * 1000, paintFor(stdout, env));
    if (options['once']) {
      const rows = await waitForEachKind(store, config.lab, startedUs, stop);
      stdout.write(options['json'] ? `${rowsAsJson(rows)}\n` : render(rows));
      return EXIT.ok;
    }
    const heading = `nestwatch, lab ${config.lab}; page ${collector.url}/\n`;
    await showLive({
      table: async () => {
        const rows = await readLab(store, config.lab);
        return rows.length === 0 ? 'nothing has reported yet\n' : render(rows);
      },
      out: stdout,
      heading,
      pipeEveryMs: 10_000,
      signal: stop,
    });
    if (died.signal.aborted) throw died.signal.reason;
    return EXIT.ok;
  } catch (error) {
    if (signal.aborted) return options['once'] ? EXIT.failed : EXIT.ok;
    throw error;
  } finally {
    await processes.stopAll();
    release();
    say('stopped everything that was started');
  }
}

function agentSettings(lab: string, dir: string): Record<string, string> {
  return {
    lab,
    // A table that should move within seconds wants samples more often than a lab over months.
    interval: '2s',
    'benchmarks-at-start': 'cpu.sha256',
    'state-dir': join(dir, 'agent'),
  };
}

/** What earlier runs left in InfluxDB does not count: only reports made since then. */
async function waitForEachKind(
  store: Store,
  lab: string,
  sinceUs: number,
  signal: AbortSignal,
): Promise<LabRow[]> {
  let rows: LabRow[] = [];
  const missing = () => {
    const kinds: [string, (row: LabRow) => boolean][] = [
      ['capability', (row) => (row.capabilityAtUs ?? 0) > sinceUs],
      ['sample', (row) => (row.sampleAtUs ?? 0) > sinceUs],
      ['benchmark', (row) => (row.benchmark?.atUs ?? 0) > sinceUs],
    ];
    return kinds.filter(([, has]) => !rows.some(has)).map(([kind]) => kind);
  };
  await waitUntil(
    async () => {
      rows = await readLab(store, lab);
      return missing().length === 0;
    },
    {
      what: 'a report of each kind in InfluxDB',
      tail: () => `missing: ${missing().join(', ')}`,
      limitMs: ONCE_LIMIT_MS,
      signal,
    },
  );
  return rows;
}
