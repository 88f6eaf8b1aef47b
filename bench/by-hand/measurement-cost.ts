import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LineBuffer } from '@nestwatch/collector/influx/points/line-buffer';
import { decodeMessage } from '@nestwatch/collector/ingest/decode';
import { addMessageLines } from '@nestwatch/collector/ingest/message-lines';
import { pause } from '@nestwatch/common/backoff';
import { renderTable } from '@nestwatch/common/cli/table';
import { systemClock } from '@nestwatch/common/clock';
import { groupBy } from '@nestwatch/common/group-by';
import { createLog } from '@nestwatch/common/log';
import { history } from '../../test/load/history.ts';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import { folderSize } from '../support/folder-size.ts';
import { startBenchServers } from '../support/servers.ts';
import { valuesIn } from '../support/values-in.ts';

// What each measurement of a sample costs, each in a database of its own, after InfluxDB has compacted it:
//   node scripts/with-node.mjs bench measurement-cost FOLDER [HOURS]
const [dir = '', hours = '24'] = process.argv.slice(2);
const INTERVAL_MS = 10_000;
const SAMPLES = (Number(hours) * 3_600_000) / INTERVAL_MS;
const LINES_AT_ONCE = 5000;
/** InfluxDB brings what it holds in memory to disk this soon. */
const TO_DISK_AT_ONCE = {
  INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION: '2s',
  INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION: '2s',
};
const context = {
  ...{ dir: resolve(dir), dist: resolve('dist'), quick: true, keep: false },
  log: createLog({ level: 'info', format: 'text', write: (line) => void process.stderr.write(line) }),
  signal: new AbortController().signal,
};
mkdirSync(join(context.dir, 'servers'), { recursive: true });
await using servers = await startBenchServers(context, 'servers', TO_DISK_AT_ONCE);

interface Cost {
  readonly measurement: string;
  readonly points: number;
  readonly series: number;
  readonly values: number;
  readonly bytes: number;
}

const measurementOf = (line: string) => /^[^, ]+/.exec(line)?.[0] ?? '';
const lines = new LineBuffer();
const byMeasurement = new Map<string, string[]>();
const endUs = Math.floor(systemClock.wallUs() / 86_400_000_000) * 86_400_000_000 - INTERVAL_MS * 1000;
const nodes = simulatedLabs(1, 'cost');
const template = await readTemplate();
for (const { subject, bytes } of history({
  nodes,
  template,
  samples: SAMPLES,
  intervalMs: INTERVAL_MS,
  endUs,
  seed: 5,
})) {
  addMessageLines(decodeMessage(subject, bytes), 2000, lines);
  for (const line of lines.toString().split('\n')) {
    const name = measurementOf(line);
    if (name === '') continue;
    const same = byMeasurement.get(name);
    if (same === undefined) byMeasurement.set(name, [line]);
    else same.push(line);
  }
  lines.clear();
}

const all = [...byMeasurement.values()].flat();
byMeasurement.set('all', all);
for (const [name, own] of byMeasurement) {
  const store = await servers.store(name);
  for (let at = 0; at < own.length; at += LINES_AT_ONCE) await store.write(own.slice(at, at + LINES_AT_ONCE));
}
const sizeOf = (folder: string) => folderSize(folder, (name) => /\.(tsm|wal)$/.test(name));
for (let [last, still] = [-1, 0]; still < 5; ) {
  await pause(1000, context.signal);
  const [log, data] = [sizeOf(join(servers.influxDir, 'wal')), sizeOf(join(servers.influxDir, 'data'))];
  still = log === 0 && data === last ? still + 1 : 0;
  last = data;
}
const costs = [...byMeasurement].map(
  ([measurement, own]): Cost => ({
    measurement,
    points: own.length / SAMPLES,
    series: groupBy(own, (line) => line.slice(0, line.search(/(?<!\\) /))).size,
    values: own.reduce((sum, line) => sum + valuesIn(line), 0) / SAMPLES,
    bytes: sizeOf(join(servers.influxDir, 'data', measurement)) / (Number(hours) / 24),
  }),
);
costs.sort((a, b) => b.bytes - a.bytes);
const number = (title: string, value: (cost: Cost) => number, digits: number) => ({
  title,
  align: 'right' as const,
  value: (cost: Cost) => value(cost).toFixed(digits),
});
const columns = [
  { title: 'measurement', value: ({ measurement }: Cost) => measurement },
  number('points a sample', ({ points }) => points, 2),
  number('series', ({ series }) => series, 0),
  number('values a sample', ({ values }) => values, 1),
  number('KiB a day', ({ bytes }) => bytes / 1024, 0),
];
process.stdout.write(`${renderTable(columns, costs)}\n`);
