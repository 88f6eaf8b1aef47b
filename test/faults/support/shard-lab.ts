import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab } from '@nestwatch/testkit/lab';
import { freePort } from '../../../deploy/local/ports.ts';
import { logTail } from '../../../deploy/local/processes.ts';
import { bundle } from './bundle.ts';
import { readJournal } from './ledger.ts';

/** JetStream sets a stream's room aside at once. */
const SMALL = { NESTWATCH_STREAM_MAX_BYTES: String(128 * 1024 ** 2) };
const DIST = join(import.meta.dirname, '../../../dist');

export interface TestNode {
  readonly lab: string;
  readonly node: string;
}

/** A shard of the test: its database on an InfluxDB of its own, and one collector. */
export interface TestShard {
  readonly name: string;
  readonly store: Store;
  /** The address of its collector's page. */
  url: string;
  collector: ChildProcess;
  influx: ChildProcess;
  restartCollector(): Promise<void>;
  restartInflux(): Promise<void>;
}

/**
 * One NATS, and two shards, a and b, each with an InfluxDB and a collector of its own.
 * @param labs of each, as shards.yaml has them
 */
export async function createShardLab(labs: { a: string[]; b: string[] }, env: Record<string, string> = {}) {
  const lab = await createTestLab();
  const { dir, processes, servers } = lab;
  const file = join(dir, 'shards.yaml');
  const [portA, portB] = [lab.influxPort, await freePort()];
  const startB = () => startTestInflux(processes, join(dir, 'b'), portB, 'influxd-b');
  const urls = { a: servers.influxUrl, b: (await startB()).url };
  const shardOf = (name: 'a' | 'b') => ({ labs: labs[name], influx: { url: urls[name] } });
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ shards: { a: shardOf('a'), b: shardOf('b') } }));
  const child = (name: string) => {
    const found = processes.find(name);
    if (found === undefined) throw new Error(`${name} was never started`);
    return found;
  };

  async function startShard(name: 'a' | 'b'): Promise<TestShard> {
    const port = await freePort();
    const start = () =>
      lab.startCollector({ ...SMALL, NESTWATCH_SHARDS_FILE: file, NESTWATCH_SHARD: name, ...env }, port);
    const { child: collector, url } = await start().catch((error: unknown) => {
      throw new Error(logTail(join(dir, 'collector.log')), { cause: error });
    });
    const made: TestShard = {
      name,
      url,
      collector,
      influx: child(name === 'a' ? 'influxd' : 'influxd-b'),
      store: await openStore(influxConfig({ INFLUX_URL: urls[name], INFLUX_DATABASE: `nestwatch_${name}` })),
      async restartCollector() {
        made.collector = (await start()).child;
      },
      async restartInflux() {
        await (name === 'a' ? startTestInflux(processes, dir, portA) : startB());
        made.influx = child(name === 'a' ? 'influxd' : 'influxd-b');
      },
    };
    return made;
  }

  const program = await bundle(join(import.meta.dirname, 'load-agent.ts'), 'load-agent');
  /** An agent under load; again, where it was killed. */
  const startAgent = (node: TestNode, natsPort: number, perSecond: number) =>
    processes.start(
      `load-${node.node}`,
      process.execPath,
      [program, join(dir, node.node), join(dir, `${node.node}.journal`), String(perSecond)],
      {
        env: {
          NATS_URL: `nats://127.0.0.1:${natsPort}`,
          NESTWATCH_LAB: node.lab,
          NESTWATCH_NODE: node.node,
          NESTWATCH_OUTBOX_RESEND_AFTER: '5s',
          NESTWATCH_OUTBOX_CATCH_UP: '2000',
        },
      },
    );

  const [a, b] = [await startShard('a'), await startShard('b')];
  return {
    lab,
    file,
    a,
    b,
    startAgent,
    /** What a node put into its outbox, over all its lives. */
    journal: (node: string) => readJournal(join(dir, `${node}.journal`)),
    /** Runs the built command `nestwatch`. */
    async nestwatch(...words: string[]) {
      const command = spawn(process.execPath, [join(DIST, 'nestwatch.mjs'), ...words], {
        env: { ...process.env, NATS_URL: servers.natsUrl, NESTWATCH_SHARDS_FILE: file },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = new Promise<number | null>((resolve) => command.once('exit', resolve));
      const [stdout, stderr] = await Promise.all([text(command.stdout), text(command.stderr)]);
      return { code: await ended, stdout, stderr };
    },
  };
}

export type ShardLab = Awaited<ReturnType<typeof createShardLab>>;
