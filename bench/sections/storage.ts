import { join } from 'node:path';
import { LineBuffer } from '@nestwatch/collector/influx/points/line-buffer';
import { thinOnce } from '@nestwatch/collector/influx/retention/continuous-queries';
import { longName } from '@nestwatch/collector/influx/retention/thinning';
import type { Store } from '@nestwatch/collector/influx/store';
import { decodeMessage } from '@nestwatch/collector/ingest/decode';
import { addMessageLines } from '@nestwatch/collector/ingest/message-lines';
import { pause } from '@nestwatch/common/backoff';
import { catalogue } from '@nestwatch/proto';
import { waitUntil } from '../../deploy/local/wait.ts';
import { history } from '../../test/load/history.ts';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate, type Template } from '../../test/load/template.ts';
import type { Figure } from '../figure.ts';
import type { Section, SectionContext } from '../section.ts';
import { folderSize } from '../support/folder-size.ts';
import { type BenchServers, startBenchServers } from '../support/servers.ts';
import { valuesIn } from '../support/values-in.ts';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 10_000;
const STEP_MS = 600_000;
const DATABASE = 'storage';
/** What InfluxDB holds in memory for minutes by default; no size on disk could be measured before. */
const TO_DISK_AT_ONCE = {
  INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION: '2s',
  INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION: '2s',
};

/** One day of some nodes as InfluxDB keeps it, in full and thinned out. */
export const storageSection: Section = {
  name: 'storage',
  meaning: 'what one node costs in InfluxDB, and what thinning out saves',
  async run(context) {
    const nodes = context.quick ? 1 : 3;
    await using servers = await startBenchServers(context, 'storage', TO_DISK_AT_ONCE);
    const raw = await servers.store(DATABASE);
    const long = await servers.store(longName(DATABASE));
    const startUs = Math.floor(Date.now() / DAY_MS) * DAY_MS * 1000 - DAY_MS * 1000;
    const ofSample = await writeDay(raw, nodes, startUs, context);
    for (let hour = 0; hour < 24; hour += 1) {
      const fromUs = startUs + hour * 3_600_000_000;
      for (const measurement of catalogue) {
        await raw.command(thinOnce(measurement, DATABASE, STEP_MS, fromUs, fromUs + 3_600_000_000));
      }
    }
    await settled(servers, context);
    const [rawBytes, longBytes] = [DATABASE, longName(DATABASE)].map((name) => sizeOf(dataOf(servers, name)));
    const counted = await raw.query('SHOW SERIES EXACT CARDINALITY');
    const series = counted.reduce((sum, { rows }) => sum + Number(rows[0]?.['count']), 0);
    const points = await raw.query('SELECT count(seq) FROM nestwatch_report');
    context.log.info('a day is stored', { reports: Number(points[0]?.rows[0]?.['count']) });
    return {
      figures: [
        ...sampleFigures(ofSample),
        ...sizes((rawBytes ?? 0) / nodes, (longBytes ?? 0) / nodes, series / nodes),
        await quickness(raw, long, startUs, context),
      ],
      absent: [],
    };
  },
};

/** What one sample gives, on average. */
interface OfSample {
  readonly points: number;
  readonly values: number;
}

async function writeDay(
  store: Store,
  nodes: number,
  startUs: number,
  { signal }: SectionContext,
): Promise<OfSample> {
  const samples = (nodes * DAY_MS) / INTERVAL_MS;
  const template = commonGuest(await readTemplate());
  const endUs = startUs + (DAY_MS - INTERVAL_MS) * 1000;
  const lines = new LineBuffer();
  let [points, values] = [0, 0];
  const write = async () => {
    points += lines.mark().lines;
    values += valuesIn(lines.toString());
    await store.writeBytes(lines.bytes());
    lines.clear();
  };
  for (const { subject, bytes } of history({
    nodes: simulatedLabs(nodes, 'day'),
    template,
    samples,
    intervalMs: INTERVAL_MS,
    endUs,
    seed: 5,
  })) {
    addMessageLines(decodeMessage(subject, bytes), 2000, lines);
    if (lines.mark().lines < 5000) continue;
    await write();
    if (signal.aborted) break;
  }
  await write();
  return { points: points / samples, values: values / samples };
}

/** This machine as it were a guest that runs no guests of its own, as most do. */
function commonGuest({ sample, capability }: Template): Template {
  const { guests: _, kvmHost: __, ...common } = sample;
  return { sample: common, capability };
}

/** Points of one sample stand in as many series. */
function sampleFigures({ points, values }: OfSample): Figure[] {
  return [
    {
      id: 'storage.points',
      what: 'points of one sample of a machine without guests, each in a series of its own',
      unit: 'count',
      values: [points],
      budget: { atMost: 15 },
    },
    { id: 'storage.values', what: 'field values of one sample', unit: 'count', values: [values] },
  ];
}

/** Waits until InfluxDB has moved everything from its log into compacted files. */
async function settled(servers: BenchServers, { signal }: SectionContext): Promise<void> {
  let [last, still] = [-1, 0];
  await waitUntil(
    async () => {
      await pause(1000, signal);
      const [log, data] = ['wal', 'data'].map((part) => sizeOf(join(servers.influxDir, part)));
      still = log === 0 && data === last ? still + 1 : 0;
      last = data ?? 0;
      return still >= 5;
    },
    { what: 'the compaction of InfluxDB', limitMs: 120_000, signal },
  );
}

function dataOf(servers: BenchServers, database: string): string {
  return join(servers.influxDir, 'data', database);
}

/** Bytes of all files below a folder that hold points: not the index of series, which all days share. */
function sizeOf(dir: string): number {
  return folderSize(dir, (name) => /\.(tsm|wal)$/.test(name));
}

function sizes(rawPerDay: number, longPerDay: number, series: number): Figure[] {
  const year = 30 * rawPerDay + 365 * longPerDay;
  return [
    {
      id: 'storage.day',
      what: 'one node for one day, every point',
      unit: 'bytes',
      values: [rawPerDay],
      budget: { atMost: 1.2 * 1024 ** 2 },
    },
    {
      id: 'storage.long-day',
      what: 'one node for one day, thinned out to 10 min',
      unit: 'bytes',
      values: [longPerDay],
    },
    {
      id: 'storage.saved',
      what: 'thinned out, of every point',
      unit: 'ratio',
      values: [longPerDay / rawPerDay],
      guarded: true,
      worse: 'higher',
    },
    {
      id: 'storage.year',
      what: 'one node after a year: 30 days of every point, and all thinned out',
      unit: 'bytes',
      values: [year],
    },
    { id: 'storage.lab-year', what: 'a lab of 20 nodes after a year', unit: 'bytes', values: [20 * year] },
    {
      id: 'storage.series',
      what: 'series of one node, those of its probes included',
      unit: 'count',
      values: [series],
    },
  ];
}

/** A panel's query over a day, in turns on both databases. */
async function quickness(
  raw: Store,
  long: Store,
  startUs: number,
  { quick }: SectionContext,
): Promise<Figure> {
  const range = `time >= ${startUs}u AND time < ${startUs + DAY_MS * 1000}u`;
  const query = `SELECT mean(user_ratio), mean(system_ratio), mean(steal_ratio) FROM nestwatch_cpu_time WHERE ${range} GROUP BY time(10m), node`;
  const timed = async (store: Store) => {
    const startMs = performance.now();
    await store.query(query);
    return performance.now() - startMs;
  };
  const values: number[] = [];
  for (let turn = 0; turn < (quick ? 5 : 15); turn += 1) {
    const ofRaw = await timed(raw);
    values.push((await timed(long)) / ofRaw);
  }
  return {
    id: 'storage.panel',
    what: "a panel's query over a day, thinned out, of the time it takes over every point",
    unit: 'ratio',
    values,
    guarded: true,
    worse: 'higher',
  };
}
