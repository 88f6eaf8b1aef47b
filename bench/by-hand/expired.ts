import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { influxSettings } from '@nestwatch/collector/influx/settings';
import { openStore } from '@nestwatch/collector/influx/store';
import { systemClock } from '@nestwatch/common/clock';
import { loadConfig } from '@nestwatch/common/config/load';
import { defined } from '@nestwatch/common/defined';
import { createLog } from '@nestwatch/common/log';
import { keptHours } from '@nestwatch/testkit/kept-hours';
import { waitUntil } from '../../deploy/local/wait.ts';
import { history } from '../../test/load/history.ts';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import { sendBeside } from '../support/beside.ts';
import { drain } from '../support/drain.ts';
import { fillStreamWith } from '../support/full-stream.ts';
import { startBenchServers } from '../support/servers.ts';

// What lies before the retention, against what does not, in turns, and how late other nodes' messages are beside it:
//   node scripts/with-node.mjs bench expired FOLDER [SAMPLES] [NODES] [TURNS] [DIST]
// INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET name another server than InfluxDB 1.x.
const [dir = '', given = '20000', nodes = '20', turns = '2', dist = 'dist'] = process.argv.slice(2);
const samples = Number(given);
const DAY_US = 86_400_000_000;
const KEEPS = '7d';
const { signal } = new AbortController();
const log = createLog({ level: 'info', format: 'text', write: (line) => void process.stderr.write(line) });
const context = { dir: resolve(dir), dist: resolve(dist), log, signal, quick: true, keep: false };
mkdirSync(join(context.dir, 'servers'), { recursive: true });
await using servers = await startBenchServers(context, 'servers');
const { INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG, INFLUX_BUCKET } = process.env;
const other = defined({ INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG, INFLUX_BUCKET });
const env = { INFLUX_DATABASE: 'expired', INFLUX_URL: servers.addresses.influxUrl, ...other } as const;
const collectorEnv = { ...env, NESTWATCH_RETENTION_RAW: KEEPS };
await servers.provision();
const store = await openStore(loadConfig(influxSettings, { env, flags: {} }));
const first = await servers.startCollector(collectorEnv);
await waitUntil(async () => (await keptHours(store)) === 168, { what: 'the retention' });
await servers.processes.stop(first.child);

const template = await readTemplate();
/** Messages of `age` days ago, of nodes of their own. */
function backlog(name: string, age: number, count: number, seed: number) {
  const labs = simulatedLabs(Number(nodes), `${name}${seed}`);
  const endUs = systemClock.wallUs() - age * DAY_US;
  return history({ nodes: labs, template, samples: count, intervalMs: 10_000, endUs, seed });
}

function* interleaved<T>(one: Iterable<T>, two: Iterator<T>): Generator<T> {
  for (const each of one) {
    yield each;
    const next = two.next();
    if (!next.done) yield next.value;
  }
}

const kinds = {
  fresh: (seed: number) => backlog('fresh', 0, samples, seed),
  expired: (seed: number) => backlog('old', 40, samples, seed),
  mixed: (seed: number) =>
    interleaved(
      backlog('mixed-old', 40, samples / 2, seed),
      backlog('mixed-new', 0, samples - samples / 2, seed),
    ),
};

for (let turn = 1; turn <= Number(turns); turn += 1) {
  for (const [kind, messages] of Object.entries(kinds)) {
    await fillStreamWith(servers, messages(turn), context);
    const beside = sendBeside(servers.addresses.natsUrl, store, template, `beside-${kind}-${turn}`, signal);
    const all = { database: env.INFLUX_DATABASE, messages: samples + beside.count, env: collectorEnv };
    const drained = await drain(servers, all, context);
    const late = await beside.lateness();
    process.stdout.write(
      `${JSON.stringify({
        kind,
        messagesPerSecond: Math.round(drained.messagesPerSecond),
        besideLateMs: late,
        cpuSeconds: Number(drained.cpuSeconds.toFixed(1)),
        peakMiB: Math.round(drained.peakBytes / 1024 ** 2),
        load: loadavg()[0]?.toFixed(1),
      })}\n`,
    );
  }
}
