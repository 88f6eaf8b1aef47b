import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '@nestwatch/common/clock';
import { createLog } from '@nestwatch/common/log';
import { startStandIn } from '@nestwatch/testkit/stand-in/server';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import { drain } from '../support/drain.ts';
import { fillStream } from '../support/full-stream.ts';
import { startBenchServers } from '../support/servers.ts';

// Points a second where each write is answered at the next second, as InfluxDB 3 Core does:
//   node scripts/with-node.mjs bench late-answers FOLDER [DIST] [SAMPLES] [late|real]
const [dir = '', dist = 'dist', samples = '40000', which = 'late'] = process.argv.slice(2);
const { signal } = new AbortController();
const log = createLog({ level: 'info', format: 'text', write: (line) => void process.stderr.write(line) });
const context = { dir: resolve(dir), dist: resolve(dist), log, signal, quick: true, keep: false };
mkdirSync(join(context.dir, 'servers'), { recursive: true });
await using servers = await startBenchServers(context, 'servers');
await using server = await startStandIn({ version: '3.10.0', flushEveryMs: 1000 });
await servers.provision();
const template = await readTemplate();
const wanted = { nodes: simulatedLabs(200, 'bench'), template, samples: Number(samples), intervalMs: 10_000 };
await fillStream(servers, { ...wanted, endUs: systemClock.wallUs(), seed: 1 }, context);
const env: Record<string, string> = which === 'late' ? { INFLUX_URL: server.url } : {};
const { pointsPerSecond, messagesPerSecond, peakBytes, cpuSeconds, points } = await drain(
  servers,
  { database: 'late', messages: Number(samples), env },
  context,
);
process.stdout.write(
  `${JSON.stringify({
    which,
    pointsPerSecond: Math.round(pointsPerSecond),
    messagesPerSecond: Math.round(messagesPerSecond),
    peakMiB: Math.round(peakBytes / 1024 ** 2),
    cpuPerMillion: Number(((1e6 * cpuSeconds) / points).toFixed(2)),
    mostWriting: server.state.mostWriting,
  })}\n`,
);
