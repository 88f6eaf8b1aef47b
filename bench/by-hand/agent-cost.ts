import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_NODE_ENV, AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';
import { type Column, renderTable } from '@nestwatch/common/cli/table';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses, type Processes } from '../../deploy/local/processes.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { type ServerAddresses, startServers } from '../../deploy/local/servers.ts';
import { top } from '../../deploy/local/top.ts';
import { withTable } from '../report/document.ts';
import { describeMachine } from '../report/machine.ts';
import { readUsage } from '../support/process-usage.ts';

/**
 * Measures what the agent costs: several agents side by side, each started in another way, against real servers and
 * the real collector, so that all meet the same conditions. Prints a table, and writes it to docs/evidence/agent-cost.md.
 *
 *   npm run bench:agent -- [seconds]
 */
const dist = import.meta.dirname;
const seconds = Number(process.argv[2] ?? 120);
const WARM_UP_SECONDS = 40;

const ways: readonly {
  title: string;
  flags: readonly string[];
  env: Record<string, string>;
  interval: string;
}[] = [
  { title: 'as deployed', flags: AGENT_NODE_FLAGS, env: AGENT_NODE_ENV, interval: '10s' },
  { title: 'as deployed, every second', flags: AGENT_NODE_FLAGS, env: AGENT_NODE_ENV, interval: '1s' },
  { title: 'node alone', flags: [], env: {}, interval: '10s' },
  { title: 'small semi-space', flags: ['--max-semi-space-size=1'], env: {}, interval: '10s' },
  { title: 'few threads', flags: ['--v8-pool-size=1'], env: AGENT_NODE_ENV, interval: '10s' },
  { title: 'optimize for size', flags: ['--optimize-for-size'], env: {}, interval: '10s' },
  { title: 'lite mode', flags: ['--lite-mode'], env: {}, interval: '10s' },
  { title: 'no JIT', flags: ['--jitless'], env: {}, interval: '10s' },
];

interface Row {
  title: string;
  interval: string;
  percent: number;
  residentBytes: number;
  anonymousBytes: number;
  threads: number;
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

const columns: readonly Column<Row>[] = [
  { title: 'started', value: ({ title }) => title },
  { title: 'interval', value: ({ interval }) => interval, align: 'right' },
  { title: '% of a core', value: ({ percent }) => percent.toFixed(3), align: 'right' },
  { title: 'resident MiB', value: ({ residentBytes }) => mebibytes(residentBytes), align: 'right' },
  { title: 'anonymous MiB', value: ({ anonymousBytes }) => mebibytes(anonymousBytes), align: 'right' },
  { title: 'threads', value: ({ threads }) => String(threads), align: 'right' },
];

const dir = mkdtempSync(join(tmpdir(), 'nestwatch-cost-'));
const processes = createProcesses(dir);
try {
  const servers = await startServers(processes, dir, {
    env: process.env,
    say: () => undefined,
    natsServer: '',
    signal: new AbortController().signal,
  });
  const stop = new AbortController().signal;
  await startCollector(processes, dist, servers, await freePort(), () => undefined, stop);
  const pids = ways.map((way, at) => start(processes, servers, way, at));
  await sleep(WARM_UP_SECONDS * 1000);
  const before = pids.map(readUsage);
  const startedMs = performance.now();
  await sleep(seconds * 1000);
  const elapsed = (performance.now() - startedMs) / 1000;
  const rows = ways.map((way, at) => {
    const pid = pids[at] ?? 0;
    const used = readUsage(pid);
    const cpuNs = used.cpuNs - (before[at]?.cpuNs ?? 0);
    return { ...way, ...used, percent: (cpuNs / 1e9 / elapsed) * 100 };
  });
  process.stdout.write(renderTable(columns, rows));
  writeTable(rows);
} finally {
  await processes.stopAll();
  rmSync(dir, { recursive: true, force: true });
}

function writeTable(rows: readonly Row[]): void {
  const file = join(top, 'docs/evidence/agent-cost.md');
  const lines = [
    columns.map(({ title }) => title),
    columns.map(({ align }) => (align === 'right' ? '---:' : '---')),
    ...rows.map((row) => columns.map(({ value }) => value(row))),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const measured = { machine: describeMachine(), date: new Date().toISOString().slice(0, 10) };
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), 'agent-ways', lines.join('\n'), measured));
}

function start(
  from: Processes,
  servers: ServerAddresses,
  { flags, env, interval }: (typeof ways)[number],
  at: number,
): number {
  const settings = {
    lab: 'cost',
    node: `way${at}`,
    layer: '0',
    interval,
    'state-dir': join(dir, `agent${at}`),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = from.start(
    `agent${at}`,
    process.execPath,
    [...flags, join(dist, 'nestwatch-agent.mjs'), 'run', ...options],
    {
      env: {
        NATS_URL: servers.natsUrl,
        NESTWATCH_BENCHMARKS_ENABLED: 'false',
        NESTWATCH_INVENTORY_ENABLED: 'false',
        ...env,
      },
    },
  );
  return child.pid ?? 0;
}
