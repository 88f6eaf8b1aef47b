import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { paintFor } from '@nestwatch/common/cli/colour';
import { UsageError } from '@nestwatch/common/errors';
import { showLive } from '../local/live-table.ts';
import { noteAddresses, readAddresses } from '../local/notes.ts';
import type { OnDeath } from '../local/processes.ts';
import { startLabPage } from '../local/programs.ts';
import { type ServerAddresses, startServers } from '../local/servers.ts';
import { top } from '../local/top.ts';
import { type Run, runWithProcesses } from '../local/with-processes.ts';
import { kvmRefusal, readKvmFacts } from './accelerator.ts';
import { costText, refuseShortMemory } from './cascade/cost.ts';
import { layOut, writtenBytes } from './cascade/layout.ts';
import { isOrdered, parseSlowness, type Slowness, slowingOrders } from './cascade/slow.ts';
import { MAX_LAYERS, treeOf, treeText } from './cascade/tree.ts';
import { fullDisk, refuseFullDisk, watchFreeSpace } from './free-space.ts';
import type { Versions } from './image/layer-packages.ts';
import { ensureSystemImage } from './image/system-image.ts';
import type { LayerRow } from './live/read-layers.ts';
import { renderLayers } from './live/render-layers.ts';
import { orderAndWait } from './orders.ts';
import { noteLab } from './running-lab.ts';
import { type LabContext, versionsOf } from './settings.ts';
import { startLayers } from './start-layers.ts';

/** A turn to benchmark is renewed by machines for which a minute of the server is a few seconds, or less. */
const COLLECTOR_ENV = { NESTWATCH_BENCHMARKS_LEASE: '2m' };

/** `npm run lab`: boots the cascade, shows it, and ends everything it started. */
export function runLab(context: LabContext): Promise<number> {
  const { config, stderr } = context;
  const say = sayAfter(Date.now(), stderr);
  const versions = versionsOf(config);
  refuseImpossible(context);
  const tree = treeOf(config);
  const machines = layOut(tree);
  const slownesses = config.slow.map((text) => parseSlowness(text, machines));
  const dir = config['data.dir'];
  const names = { self: 'the lab', earlier: 'an earlier lab' };
  return runWithProcesses(context, names, say, async (run) => {
    const onDeath: OnDeath = (...death) => {
      // What a full disk kills says so in words of its own, or not at all.
      const full = fullDisk(dir);
      if (full === undefined) run.onDeath(...death);
      else run.fail(full);
    };
    let endSpaceWatch = () => {};
    try {
      // A machine whose disk cannot be written stands still, which looks like a hang.
      const what = `a lab of ${treeText(tree)}`;
      refuseShortMemory(tree, what);
      refuseFullDisk(dir, writtenBytes(tree), what);
      say(costText(tree, config.accel));
      endSpaceWatch = watchFreeSpace(dir, run.fail);
      await bootAndShow(context, { ...run, onDeath }, slownesses, versions);
    } finally {
      endSpaceWatch();
      await run.processes.stopAll();
      if (config['keep-logs'] !== '') await keepLogs(dir, config['keep-logs']);
    }
  });
}

/** Copies every log below the lab's folder, flat, to another folder. */
async function keepLogs(dir: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const file of await readdir(dir, { recursive: true })) {
    if (file.endsWith('.log')) await cp(join(dir, file), join(into, file.replaceAll('/', '-')));
  }
}

/** Writes lines with the seconds since the start before them. */
function sayAfter(startedMs: number, stderr: LabContext['stderr']) {
  return (line: string) => {
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(0).padStart(4);
    stderr.write(`${seconds} s  ${line}\n`);
  };
}

/** @throws UsageError for what cannot work, before anything is started */
function refuseImpossible({ config, options }: LabContext): void {
  const refusal = config.accel === 'kvm' ? kvmRefusal(readKvmFacts()) : undefined;
  if (refusal !== undefined) {
    throw new UsageError(`--accel kvm cannot be used here: ${refusal}. Without it, the lab is emulated`);
  }
  const { tree, layers } = config;
  if (tree !== undefined && layers !== MAX_LAYERS && layers !== tree.length) {
    throw new UsageError(`--layers ${layers} and --tree ${tree.join(',')} contradict: give one of them`);
  }
  if (options['json'] && !options['once']) throw new UsageError('--json goes with --once');
}

async function bootAndShow(
  context: LabContext,
  run: Run,
  slownesses: readonly Slowness[],
  versions: Versions,
): Promise<void> {
  const { config, options } = context;
  const { say, stop } = run;
  const dataDir = config['data.dir'];
  const machines = layOut(treeOf(config));
  const system = await ensureSystemImage({
    cache: config['cache.dir'],
    packagesCache: config['packages.dir'],
    scripts: join(top, 'deploy/lab/guest'),
    versions,
    signal: stop,
    note: say,
  });
  const servers = await startStack(context, run);
  noteAddresses(dataDir, servers);
  const store = await openStore({ ...config, 'influx.url': servers.influxUrl });
  const { natsUrl } = servers;
  const layers = await startLayers(context, run, { slownesses, system, natsUrl, store });
  try {
    noteLab(dataDir, { machines, releases: system.releases });
    const ordered = slownesses.filter(({ kind }) => isOrdered(kind));
    for (const { to, order } of ordered.flatMap((each) => slowingOrders(each, machines))) {
      await orderAndWait(dataDir, to, order, stop);
    }
    const once = options['once'] === true;
    await (once ? layers.whole() : layers.save(true));
    await show(context, layers.read, stop);
    if (once) await layers.save(false);
  } finally {
    layers.close();
  }
}

/** NATS, InfluxDB and the collector: those of a running `npm start`, else our own. */
async function startStack({ config, env }: LabContext, run: Run): Promise<ServerAddresses> {
  const { processes, say, stop: signal } = run;
  const running = env['NATS_URL'] || env['INFLUX_URL'] ? undefined : readAddresses(config['start.dir']);
  if (running !== undefined) {
    say(`joining the running npm start: NATS at ${running.natsUrl}, InfluxDB at ${running.influxUrl}`);
    return running;
  }
  const servers = await startServers(processes, join(config['data.dir'], 'servers'), {
    env,
    say,
    natsServer: config['nats.server'],
    signal,
  });
  await startLabPage(run, servers, COLLECTOR_ENV);
  return servers;
}

/** Prints the table once, or keeps it up to date until the signal is aborted. */
async function show(
  { options, env, stdout }: LabContext,
  read: () => Promise<LayerRow[]>,
  signal: AbortSignal,
): Promise<void> {
  const paint = paintFor(stdout, env);
  if (!options['once']) {
    return await showLive({
      table: async () => renderLayers(await read(), paint),
      out: stdout,
      hint: 'npm run lab -- slow guest3=quota, npm run lab -- heal guest3\n',
      pipeEveryMs: 30_000,
      signal,
    });
  }
  const rows = await read();
  stdout.write(options['json'] ? `${JSON.stringify(rows, null, 2)}\n` : renderLayers(rows, paint));
}
