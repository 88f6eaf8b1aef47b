import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '@nestwatch/common/backoff';
import type { Absent, Figure } from '../figure.ts';
import { nestwatchAgent } from '../peers/agent.ts';
import { collectd } from '../peers/collectd.ts';
import { idleNode } from '../peers/idle-node.ts';
import { nodeExporter } from '../peers/node-exporter.ts';
import { pcp } from '../peers/pcp.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import { telegraf } from '../peers/telegraf.ts';
import type { Section, SectionContext } from '../section.ts';
import { readUsage, sumUsage, type Usage } from '../support/process-usage.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { startBenchServers } from '../support/servers.ts';

const INTERVAL_MS = 10_000;
/** What a start costs is no part of the steady state. */
const SETTLE_MS = 20_000;
const REPORTS_PER_WINDOW = 6;

interface Watched {
  peer: Peer;
  running: RunningPeer;
  /** One for each window. */
  spent: Spent[];
}

interface Spent {
  seconds: number;
  cpuMs: number;
  wakeups: number;
  residentBytes: number;
  childFaults: number;
  wireBytes: number;
}

/** The agent in steady state, beside what people use today, all in the same minutes on the same machine. */
export const agentSection: Section = {
  name: 'agent',
  meaning: `the agent in steady state at ${INTERVAL_MS / 1000} s, beside other agents in the same minutes`,
  async run(context) {
    await using servers = await startBenchServers(context, 'agent');
    await servers.startCollector();
    await using relay = await startRelay(Number(new URL(servers.addresses.natsUrl).port));
    const ours = nestwatchAgent(context.dist, `nats://127.0.0.1:${relay.port}`);
    const absent: Absent[] = [];
    const watched: Watched[] = [];
    for (const peer of [ours, idleNode, nodeExporter, telegraf(servers.addresses.natsUrl), collectd, pcp]) {
      const dir = join(context.dir, peer.id);
      mkdirSync(dir, { recursive: true });
      const running = await peer.start({ processes: servers.processes, dir, intervalMs: INTERVAL_MS });
      if ('absent' in running)
        absent.push({ id: `agent.${peer.id}`, what: peer.what, reason: running.absent });
      else watched.push({ peer, running, spent: [] });
    }
    await pause(SETTLE_MS, context.signal);
    for (let window = 0; window < (context.quick ? 1 : 3) && !context.signal.aborted; window += 1) {
      await watch(watched, relay, context);
      context.log.info('one window of the agent', {
        cpuMs: Math.round(watched[0]?.spent.at(-1)?.cpuMs ?? 0),
        reports: REPORTS_PER_WINDOW,
      });
    }
    return { figures: figuresOf(watched), absent };
  },
};

async function watch(watched: readonly Watched[], relay: Relay, { signal }: SectionContext): Promise<void> {
  const read = () => watched.map(({ running }) => sumUsage(running.pids().map(readUsage)));
  const [before, beforeWire, startMs] = [read(), relay.bytes(), performance.now()];
  for (let report = 0; report < REPORTS_PER_WINDOW; report += 1) {
    await pause(INTERVAL_MS / 2, signal);
    await Promise.all(watched.map(({ running }) => running.ask?.()));
    await pause(INTERVAL_MS / 2, signal);
  }
  const [after, wireBytes, seconds] = [
    read(),
    relay.bytes() - beforeWire,
    (performance.now() - startMs) / 1000,
  ];
  watched.forEach(({ spent }, at) => {
    const [was, is] = [before[at], after[at]];
    if (was !== undefined && is !== undefined) spent.push({ ...difference(was, is), seconds, wireBytes });
  });
}

function difference(was: Usage, is: Usage): Omit<Spent, 'seconds' | 'wireBytes'> {
  return {
    cpuMs: (is.cpuNs - was.cpuNs) / 1e6,
    wakeups: is.wakeups - was.wakeups,
    residentBytes: is.residentBytes,
    childFaults: is.childFaults - was.childFaults,
  };
}

function figuresOf(watched: readonly Watched[]): Figure[] {
  const ours = watched[0]?.spent ?? [];
  const each = (value: (spent: Spent) => number) => ours.map(value);
  const figures: Figure[] = [
    {
      id: 'agent.core-share',
      what: 'CPU, share of one core',
      unit: 'percent',
      values: each(({ cpuMs, seconds }) => cpuMs / seconds / 10),
      budget: { atMost: 0.2 },
    },
    {
      id: 'agent.cpu-per-report',
      what: 'CPU for each report',
      unit: 'ms',
      values: each(({ cpuMs }) => cpuMs / REPORTS_PER_WINDOW),
    },
    {
      id: 'agent.cpu-per-hour',
      what: 'CPU for each hour',
      unit: 'seconds',
      values: each(({ cpuMs, seconds }) => (cpuMs / seconds) * 3.6),
    },
    {
      id: 'agent.rss',
      what: 'resident memory',
      unit: 'bytes',
      values: each(({ residentBytes }) => residentBytes),
      budget: { atMost: 64 * 1024 ** 2 },
    },
    {
      id: 'agent.children',
      what: 'page faults of child processes, which is 0 when there were none',
      unit: 'count',
      values: each(({ childFaults }) => childFaults),
      budget: { atMost: 0 },
    },
    {
      id: 'agent.wakeups',
      what: 'wake-ups of all threads for each report',
      unit: 'count',
      values: each(({ wakeups }) => wakeups / REPORTS_PER_WINDOW),
    },
    {
      id: 'agent.wire',
      what: 'bytes on the wire for each report, both ways, confirmations and pings included',
      unit: 'bytes',
      values: each(({ wireBytes }) => wireBytes / REPORTS_PER_WINDOW),
    },
  ];
  for (const { peer, spent } of watched.slice(1)) {
    // Nothing is no yardstick: the idle Node uses no CPU at all.
    if (peer.id !== 'idle-node') {
      figures.push({
        id: `agent.cpu-of-${peer.id}`,
        what: `CPU, of that of ${peer.what}`,
        unit: 'ratio',
        values: spent.map(({ cpuMs }, at) => (ours[at]?.cpuMs ?? 0) / cpuMs),
        guarded: true,
        worse: 'higher',
      });
    }
    figures.push({
      id: `agent.rss-of-${peer.id}`,
      what: `resident memory, of that of ${peer.what}`,
      unit: 'ratio',
      values: spent.map(({ residentBytes }, at) => (ours[at]?.residentBytes ?? 0) / residentBytes),
      guarded: true,
      worse: 'higher',
    });
  }
  return figures;
}
