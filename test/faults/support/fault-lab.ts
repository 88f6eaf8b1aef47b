import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { truncateBlocks } from '@nestwatch/testkit/truncate-blocks';
import { freePort } from '../../../deploy/local/ports.ts';
import { startCollector } from '../../../deploy/local/programs.ts';
import { bundle } from './bundle.ts';
import { type Cut, createCut } from './cut.ts';
import { readJournal } from './ledger.ts';

export interface LoadAgent {
  node: string;
  child: ChildProcess;
  relay: Cut;
  /** What it put into its outbox, over all its lives. */
  journal(): Set<string>;
}

export interface FaultLab {
  lab: TestLab;
  agents: LoadAgent[];
  collectors: { child: ChildProcess; url: string }[];
  nats: ChildProcess;
  influx: ChildProcess;
  restartNats(): Promise<void>;
  restartInflux(): Promise<void>;
  restartCollector(at: number): Promise<void>;
  restartAgent(agent: LoadAgent, perSecond?: number): void;
  /** What is in NATS's store folder, as a disk failure or a person may leave it. NATS must be down. */
  deleteStore(): void;
  truncateStore(random: () => number): void;
}

const COLLECTOR_ENV = {
  NESTWATCH_STREAM_DUPLICATE_WINDOW: '2s',
  NESTWATCH_INGEST_ACK_WAIT: '5s',
  NESTWATCH_LOG_LEVEL: 'debug',
};

/** Real servers, collectors that share the work, and load agents each behind a relay of its own. */
export async function createFaultLab(options: {
  agents: number;
  collectors: number;
  perSecond: number;
}): Promise<FaultLab> {
  const program = await bundle(join(import.meta.dirname, 'load-agent.ts'), 'load-agent');
  const lab = await createTestLab();
  const { dir, processes, servers } = lab;
  const dist = join(import.meta.dirname, '../../../dist');
  const ports = await Promise.all(Array.from({ length: options.collectors }, () => freePort()));
  const signal = new AbortController().signal;

  const startOneCollector = (at: number) =>
    startCollector(processes, dist, servers, ports[at] ?? 0, () => undefined, signal, {
      ...COLLECTOR_ENV,
      NESTWATCH_COLLECTOR_ID: `collector-${at}`,
    });

  const startAgent = (node: string, relay: Cut, perSecond: number) =>
    processes.start(
      `load-${node}`,
      process.execPath,
      [program, join(dir, node), join(dir, `${node}.journal`), String(perSecond)],
      {
        env: {
          NATS_URL: `nats://127.0.0.1:${relay.port}`,
          NESTWATCH_LAB: 'faults',
          NESTWATCH_NODE: node,
          NESTWATCH_OUTBOX_RESEND_AFTER: '5s',
          NESTWATCH_OUTBOX_CATCH_UP: '2000',
        },
      },
    );

  const child = (name: string) => {
    const found = processes.find(name);
    if (found === undefined) throw new Error(`${name} was never started`);
    return found;
  };
  const made: FaultLab = {
    lab,
    agents: [],
    collectors: [],
    nats: child('nats-server'),
    influx: child('influxd'),
    async restartNats() {
      await lab.startNats();
      made.nats = child('nats-server');
    },
    async restartInflux() {
      await lab.startInflux();
      made.influx = child('influxd');
    },
    async restartCollector(at) {
      made.collectors[at] = await startOneCollector(at);
    },
    restartAgent(agent, perSecond = options.perSecond) {
      agent.child = startAgent(agent.node, agent.relay, perSecond);
    },
    deleteStore: () => rmSync(join(dir, 'jetstream'), { recursive: true, force: true }),
    truncateStore: (random) => void truncateBlocks(join(dir, 'jetstream'), random),
  };
  for (let at = 0; at < options.collectors; at++) made.collectors.push(await startOneCollector(at));
  for (let at = 0; at < options.agents; at++) {
    const node = `node-${at}`;
    const relay = await createCut(lab.natsPort);
    made.agents.push({
      node,
      relay,
      child: startAgent(node, relay, options.perSecond),
      journal: () => readJournal(join(dir, `${node}.journal`)),
    });
  }
  return made;
}
