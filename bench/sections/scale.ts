import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { type Absent, type Figure, quantile } from '../figure.ts';
import type { Section, SectionContext } from '../section.ts';
import { type Observation, observeLag } from '../support/lag.ts';
import { readUsage } from '../support/process-usage.ts';
import { runProgram } from '../support/run-program.ts';
import { type BenchServers, startBenchServers } from '../support/servers.ts';

const INTERVAL_MS = 10_000;
/**
 * The first intervals are the start of all agents at once, which is no steady state: every point begins a series, which
 * is dearer for InfluxDB than the point, and what piles up then takes a while to be worked off.
 */
const SIZES = [
  { nodes: 100, settleIntervals: 1 },
  { nodes: 1000, settleIntervals: 1 },
  { nodes: 10_000, settleIntervals: 5 },
] as const;
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
    for (const { nodes, settleIntervals } of SIZES) {
      if (context.signal.aborted) break;
      await using servers = await startBenchServers(context, `scale${nodes}`);
      try {
        figures.push(...(await measure(servers, nodes, settleIntervals, context)));
      } catch (error) {
        // Where a machine cannot keep up with so many, the smaller sizes still count.
        const what = `${nodes.toLocaleString('en')} nodes`;
        absent.push({ id: `scale.${nodes}`, what, reason: messageOf(error) });
      }
    }
    return { figures, absent };
  },
};

async function measure(
  servers: BenchServers,
  nodes: number,
  settleIntervals: number,
  context: SectionContext,
): Promise<Figure[]> {
  const collector = await servers.startCollector({ NESTWATCH_LIMITS_LABS: '10000' });
  const pid = collector.child.pid ?? 0;
  const prefix = `s${nodes}`;
  const settleMs = settleIntervals * INTERVAL_MS + SETTLE_EXTRA_MS;
  const durationMs = (settleIntervals + (context.quick ? 1 : 2)) * INTERVAL_MS;
  const flags = {
    ...{ nodes, prefix, interval: `${INTERVAL_MS}ms`, duration: `${durationMs}ms` },
    ...{ connections: Math.min(nodes, 100), 'nats-url': servers.addresses.natsUrl, starting: STARTING },
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
  const before = readUsage(pid);
  const startMs = performance.now();
  const store = await servers.store('nestwatch');
  const observed = await observeLag(store, watched, load, context.signal);
  const seconds = (performance.now() - startMs) / 1000;
  const sent = await load;
  const after = readUsage(pid);
  if (sent.failed > 0) throw new Error(`${sent.failed} messages were refused by the stream`);
  const steady = observed.filter(({ atMs }) => atMs > settleMs);
  context.log.info('lag from sample to queryable', { nodes, observations: steady.length });
  return figuresOf(nodes, steady, {
    collectorBytes: after.residentBytes,
    natsBytes: readUsage(servers.natsPid).residentBytes,
    influxBytes: readUsage(servers.influxPid).residentBytes,
    cpuShare: (100 * (after.cpuNs - before.cpuNs)) / 1e9 / seconds,
    latenessMs: sent.worstLatenessMs,
    startLagMs: Math.max(...observed.filter(({ atMs }) => atMs <= settleMs).map(({ lagMs }) => lagMs)),
  });
}

interface Costs {
  collectorBytes: number;
  natsBytes: number;
  influxBytes: number;
  cpuShare: number;
  latenessMs: number;
  startLagMs: number;
}

function figuresOf(nodes: number, steady: readonly Observation[], costs: Costs): Figure[] {
  const id = `scale.${nodes}`;
  const at = `${nodes.toLocaleString('en')} nodes`;
  const lags = windows(steady).map((window) => window.map(({ lagMs }) => lagMs).sort((a, b) => a - b));
  return [
    {
      id: `${id}.p50`,
      what: `${at}: from sample to queryable, half of them within`,
      unit: 'ms',
      values: lags.map((sorted) => quantile(sorted, 0.5)),
    },
    {
      id: `${id}.p99`,
      what: `${at}: from sample to queryable, 99 of 100 within`,
      unit: 'ms',
      values: lags.map((sorted) => quantile(sorted, 0.99)),
      ...(nodes === 1000 ? { budget: { atMost: 1000 } } : {}),
      note: `the load itself was late by ${Math.round(costs.latenessMs)} ms at worst`,
    },
    {
      id: `${id}.start`,
      what: `${at}: from sample to queryable at worst, while all of them start at once`,
      unit: 'ms',
      values: [costs.startLagMs],
    },
    {
      id: `${id}.cpu`,
      what: `${at}: CPU of the collector, share of one core`,
      unit: 'percent',
      values: [costs.cpuShare],
    },
    {
      id: `${id}.rss`,
      what: `${at}: resident memory of the collector`,
      unit: 'bytes',
      values: [costs.collectorBytes],
    },
    { id: `${id}.nats`, what: `${at}: resident memory of NATS`, unit: 'bytes', values: [costs.natsBytes] },
    {
      id: `${id}.influx`,
      what: `${at}: resident memory of InfluxDB`,
      unit: 'bytes',
      values: [costs.influxBytes],
    },
  ];
}

/** Observations interval by interval, so that the spread shows; a window with few of them joins its neighbour. */
function windows(observations: readonly Observation[]): Observation[][] {
  const found: Observation[][] = [];
  const first = observations[0]?.atMs ?? 0;
  for (const observation of observations) {
    const at = Math.floor((observation.atMs - first) / INTERVAL_MS);
    const window = found[at] ?? [];
    found[at] = window;
    window.push(observation);
  }
  const full = found.filter((window) => window !== undefined && window.length >= 20);
  if (full.length === 0) throw new Error(`only ${observations.length} samples were seen in steady state`);
  return full;
}
