import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@nestwatch/collector/influx/store';
import { defined } from '@nestwatch/common/defined';
import { messageOf } from '@nestwatch/common/errors';
import type { Absent, Figure } from '../figure.ts';
import type { Section, SectionContext } from '../section.ts';
import { observeLag } from '../support/lag.ts';
import { readUsage } from '../support/process-usage.ts';
import { runProgram } from '../support/run-program.ts';
import { type BenchServers, startBenchServers } from '../support/servers.ts';
import { type Cost, type Costs, costFigures, INTERVAL_MS, lagFigures, type Named } from './scale-figures.ts';

interface Size {
  nodes: number;
  /** Stands in the figures' ids and in their words, where one number of nodes is measured twice. */
  variant?: { id: string; what: string };
  /**
   * The first intervals are the start of all agents at once, which is no steady state: every point begins a series,
   * which is more expensive for InfluxDB than the point, and what piles up then takes a while to be worked off.
   */
  settleIntervals: number;
  influxEnv?: Readonly<Record<string, string>>;
  /** Within so long 99 of 100 samples must be found, ms. */
  budgetMs?: number;
}

const SIZES: readonly Size[] = [
  { nodes: 100, settleIntervals: 1 },
  { nodes: 1000, settleIntervals: 1, budgetMs: 1000 },
  { nodes: 10_000, settleIntervals: 5, budgetMs: 3000 },
  {
    nodes: 10_000,
    settleIntervals: 7,
    budgetMs: 1000,
    variant: { id: 'large-cache', what: 'InfluxDB with a larger cache' },
    // As docs/use/operations.md advises for this many.
    influxEnv: {
      INFLUXDB_DATA_CACHE_SNAPSHOT_MEMORY_SIZE: String(512 * 1024 ** 2),
      INFLUXDB_DATA_CACHE_MAX_MEMORY_SIZE: String(4 * 1024 ** 3),
    },
  },
];
const SETTLE_EXTRA_MS = 2000;
/** Agents that start within the run, with a capability each: far more than in steady state, where it is hourly. */
const STARTING = 0.02;
const LAB_NODES = 20;
/** Labs whose reports are looked for: spread over all, and so over the interval. */
const WATCHED_LABS = 10;

interface PaceAnswer {
  published: number;
  confirmed: number;
  failed: number;
  worstLatenessMs: number;
}

/** Simulated agents at the real pace, and how soon their samples can be queried. */
export const scaleSection: Section = {
  name: 'scale',
  meaning: 'from sample to queryable at 100, 1,000 and 10,000 nodes that report every 10 s',
  async run(context) {
    const figures: Figure[] = [];
    const absent: Absent[] = [];
    for (const size of SIZES) {
      if (context.signal.aborted) break;
      const name = nameOf(size);
      await using servers = await startBenchServers(context, name.id, size.influxEnv);
      try {
        figures.push(...(await measure(servers, size, name, context)));
      } catch (error) {
        // Where a machine cannot keep up with this many, the smaller sizes still count.
        absent.push({ ...name, reason: messageOf(error) });
      }
    }
    return { figures, absent };
  },
};

function nameOf({ nodes, variant }: Size): Named {
  const [id, what] = [`scale.${nodes}`, `${nodes.toLocaleString('en')} nodes`];
  return variant === undefined
    ? { id, what }
    : { id: `${id}-${variant.id}`, what: `${what}, ${variant.what}` };
}

async function measure(
  servers: BenchServers,
  { nodes, settleIntervals, budgetMs }: Size,
  name: Named,
  context: SectionContext,
): Promise<Figure[]> {
  const collector = await servers.startCollector({ NESTWATCH_LIMITS_LABS: '10000' });
  const pid = collector.child.pid ?? 0;
  const prefix = `s${nodes}`;
  const settleMs = settleIntervals * INTERVAL_MS + SETTLE_EXTRA_MS;
  const durationMs = (settleIntervals + (context.quick ? 1 : 2)) * INTERVAL_MS;
  const flags = {
    nodes,
    prefix,
    interval: `${INTERVAL_MS}ms`,
    duration: `${durationMs}ms`,
    connections: Math.min(nodes, 100),
    'nats-url': servers.addresses.natsUrl,
    starting: STARTING,
  };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const load = runProgram<PaceAnswer>(
    join(context.dist, 'bench/load.mjs'),
    ['pace', ...args],
    context.signal,
  );
  const labs = Math.min(WATCHED_LABS, nodes / LAB_NODES);
  const every = nodes / LAB_NODES / labs;
  const watched = Array.from({ length: labs }, (_, at) => `${prefix}-${Math.floor(at * every)}`);
  const look = () => ({
    atMs: performance.now(),
    collector: readUsage(pid),
    nats: readUsage(servers.natsPid),
    influx: readUsage(servers.influxPid),
    busyMs: busyMs(),
  });
  const before = look();
  const store = await servers.store('nestwatch');
  const observed = await observeLag(store, watched, load, context.signal);
  const sent = await load;
  const after = look();
  if (sent.failed > 0) throw new Error(`${sent.failed} messages were refused by the stream`);
  const steady = observed.filter(({ atMs }) => atMs > settleMs);
  context.log.info('lag from sample to queryable', { nodes, observations: steady.length });
  const wallMs = after.atMs - before.atMs;
  const costOf = (who: keyof Costs): Cost => ({
    percent: (100 * (after[who].cpuNs - before[who].cpuNs)) / 1e6 / wallMs,
    bytes: after[who].residentBytes,
  });
  return [
    ...lagFigures(name, steady, {
      ...defined({ budgetMs }),
      latenessMs: sent.worstLatenessMs,
      startMs: Math.max(...observed.filter(({ atMs }) => atMs <= settleMs).map(({ lagMs }) => lagMs)),
    }),
    ...costFigures(
      name,
      { collector: costOf('collector'), nats: costOf('nats'), influx: costOf('influx') },
      { busyPercent: (100 * (after.busyMs - before.busyMs)) / wallMs, requestsMs: await requestsMs(store) },
    ),
  ];
}

/** CPU time that everything on this machine has used since it started, of all its processors together. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** What the collector says of its requests to InfluxDB: the medians of one after another 10 s. */
async function requestsMs(store: Store): Promise<number[]> {
  const answer = await store.query('SELECT write_median_seconds FROM nestwatch_collector');
  return answer.flatMap(({ rows }) => rows.map((row) => 1000 * Number(row['write_median_seconds'])));
}
