import { join } from 'node:path';
import { renderLab } from '@nestwatch/collector/cli/render-lab';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { type LabRow, readLab, rowsAsJson } from '@nestwatch/collector/read/lab-table';
import { paintFor } from '@nestwatch/common/cli/colour';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { showLive } from './live-table.ts';
import { noteAddresses } from './notes.ts';
import { startAgent, startLabPage } from './programs.ts';
import { startServers } from './servers.ts';
import type { StartSchema } from './settings.ts';
import { top } from './top.ts';
import { waitUntil } from './wait.ts';
import { type Run, runWithProcesses } from './with-processes.ts';

const ONCE_LIMIT_MS = 120_000;

/** `npm start`: brings everything up, shows the lab, and ends what it started. */
export function runStart(context: CommandContext<StartSchema>): Promise<number> {
  const say = (line: string) => void context.stderr.write(`${line}\n`);
  const names = { self: 'npm start', earlier: 'an earlier run' };
  return runWithProcesses(context, names, say, (run) => startAndShow(context, run));
}

async function startAndShow(context: CommandContext<StartSchema>, run: Run): Promise<void> {
  const { config, options, env, stdout } = context;
  const { processes, say, stop, onDeath } = run;
  const startedUs = Date.now() * 1000;
  const dir = config['data.dir'];
  const servers = await startServers(processes, dir, {
    env,
    say,
    natsServer: config['nats.server'],
    signal: stop,
  });
  const store = await openStore({ ...config, 'influx.url': servers.influxUrl });
  const page = await startLabPage(run, servers);
  noteAddresses(dir, servers);
  const settings = {
    lab: config.lab,
    // A table that should move within seconds wants samples more often than a lab over months.
    interval: '2s',
    'benchmarks-at-start': 'cpu.sha256',
    'state-dir': join(dir, 'agent'),
  };
  startAgent(processes, join(top, 'dist'), servers, settings, onDeath);
  say(`agent of lab ${config.lab}, logs in ${dir}`);
  const render = (rows: LabRow[]) => renderLab(rows, Date.now() * 1000, paintFor(stdout, env));
  if (options['once']) {
    const rows = await waitForEachKind(store, config.lab, startedUs, stop);
    stdout.write(options['json'] ? `${rowsAsJson(rows)}\n` : render(rows));
    return;
  }
  await showLive({
    table: async () => {
      const rows = await readLab(store, config.lab);
      return rows.length === 0 ? 'no reports yet\n' : render(rows);
    },
    out: stdout,
    heading: `nestwatch, lab ${config.lab}; page ${page}/\n`,
    hint: `From another terminal: npm run nestwatch -- report ${config.lab}, and --help for the other commands.\n`,
    pipeEveryMs: 10_000,
    signal: stop,
  });
}

/** What earlier runs left in InfluxDB does not count: only reports made since then. */
async function waitForEachKind(
  store: Store,
  lab: string,
  sinceUs: number,
  signal: AbortSignal,
): Promise<LabRow[]> {
  let rows: LabRow[] = [];
  const kinds: Record<string, (row: LabRow) => number | undefined> = {
    capability: (row) => row.capabilityAtUs,
    sample: (row) => row.sampleAtUs,
    benchmark: (row) => row.benchmark?.atUs,
  };
  const missing = () =>
    Object.keys(kinds).filter((kind) => !rows.some((row) => (kinds[kind]?.(row) ?? 0) > sinceUs));
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
