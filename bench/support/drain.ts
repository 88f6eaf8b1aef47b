import { pause } from '@nestwatch/common/backoff';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import type { SectionContext } from '../section.ts';
import { readCounters } from './collector-metrics.ts';
import { readUsage } from './process-usage.ts';
import type { BenchServers } from './servers.ts';

/** How collectors emptied a full stream, once all of them worked and a twentieth was done, and without the last batches. */
export interface Drained {
  points: number;
  pointsPerSecond: number;
  messagesPerSecond: number;
  cpuSeconds: number;
  peakBytes: number;
}

export interface DrainOptions {
  database: string;
  /** Messages that stand in the stream and have not been taken. */
  messages: number;
  env?: Readonly<Record<string, string>>;
  /** Folder of the collector to start, instead of the built one. */
  dist?: string;
  /** Collectors that share the work. Default 1. */
  collectors?: number;
}

interface Moment {
  atMs: number;
  /** Collectors that have written something. */
  working: number;
  messages: number;
  points: number;
  cpuNs: number;
  residentBytes: number;
}

/** Each look costs the collector a page of figures, which nobody asks for so often. */
const LOOK_EVERY_MS = 1000;
const STUCK_AFTER_MS = 60_000;

const COUNTERS = [
  'nestwatch_messages_written_total',
  'nestwatch_messages_expired_total',
  'nestwatch_points_written_total',
] as const;

/** Starts collectors on a full stream, watches them until they have written everything, and stops them. */
export async function drain(
  servers: BenchServers,
  { database, messages, env = {}, dist, collectors = 1 }: DrainOptions,
  { signal, log }: SectionContext,
): Promise<Drained> {
  const running: CollectorProcess[] = [];
  for (let at = 0; at < collectors; at += 1) {
    running.push(await servers.startCollector({ INFLUX_DATABASE: database, ...env }, dist));
  }
  const moments: Moment[] = [];
  let changedMs = performance.now();
  for (;;) {
    const moment = await look(running);
    if (moment.messages !== moments.at(-1)?.messages) changedMs = moment.atMs;
    moments.push(moment);
    if (moment.messages >= messages || signal.aborted) break;
    if (moment.atMs - changedMs > STUCK_AFTER_MS) {
      throw new Error(`the collectors stopped at ${moment.messages} of ${messages} messages`);
    }
    await pause(LOOK_EVERY_MS, signal);
  }
  for (const { child } of running) await servers.processes.stop(child);
  log.debug('drained', { database, looks: moments.length });
  return between(moments, messages, collectors);
}

async function look(running: readonly CollectorProcess[]): Promise<Moment> {
  const each = await Promise.all(
    running.map(async ({ url, child }) => {
      const [written = 0, expired = 0, points = 0] = await readCounters(url, ...COUNTERS);
      return { messages: written + expired, points, ...readUsage(child.pid ?? 0) };
    }),
  );
  const sum = (key: keyof (typeof each)[number]) => each.reduce((total, one) => total + one[key], 0);
  return {
    atMs: performance.now(),
    working: each.filter((one) => one.messages > 0).length,
    messages: sum('messages'),
    points: sum('points'),
    cpuNs: sum('cpuNs'),
    residentBytes: sum('residentBytes'),
  };
}

function between(moments: readonly Moment[], messages: number, collectors: number): Drained {
  // When the last message was written between two looks is not known.
  const last = moments.filter((moment) => moment.messages < messages).at(-1);
  const first = moments.find((moment) => moment.messages >= messages / 20 && moment.working === collectors);
  if (first === undefined || last === undefined || last.messages <= first.messages) {
    throw new Error('the stream was empty before it could be watched: use more messages');
  }
  const seconds = (last.atMs - first.atMs) / 1000;
  const points = last.points - first.points;
  return {
    points,
    pointsPerSecond: points / seconds,
    messagesPerSecond: (last.messages - first.messages) / seconds,
    cpuSeconds: (last.cpuNs - first.cpuNs) / 1e9,
    peakBytes: Math.max(...moments.map((moment) => moment.residentBytes)),
  };
}
