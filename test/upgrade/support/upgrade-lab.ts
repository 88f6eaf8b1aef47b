import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from '@nestwatch/deploy/local/ports';
import { logTail, type OnDeath } from '@nestwatch/deploy/local/processes';
import { type CollectorProcess, startAgent, startCollector } from '@nestwatch/deploy/local/programs';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { type Cut, createCut } from '../../faults/support/cut.ts';
import {
  createFixtureMachine,
  type FixtureMachine,
  startFixtureGuest,
} from '../../support/fixture-machine.ts';
import { buildRelease } from './release.ts';
import { type Tap, tapReports } from './tap.ts';

export const LAB = 'upgrade';

/** Whose programs run: those of 0.1.0, or those of this folder. */
export type Version = '0.1.0' | 'new';

/** An alert as the webhook is told. */
export interface Told {
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly rule: string;
  readonly node: string;
}

/** A lab whose programs can be of either version at any time, on real servers. */
export interface UpgradeLab extends AsyncDisposable {
  readonly lab: TestLab;
  readonly nats: NatsConnection;
  readonly tap: Tap;
  /** What the webhook was told, in order. */
  readonly told: readonly Told[];
  /** Where the programs of 0.1.0 and its dashboards are. */
  readonly release: { dist: string; dashboards: string };
  /** On one port, and so under one name, unless another is given. */
  startCollector(version: Version, port?: number): Promise<CollectorProcess>;
  stop(child: ChildProcess): Promise<void>;
  /** Starts a node's agent; the one before, of whichever version, has to be stopped. */
  startAgent(version: Version, node: string, settings?: Readonly<Record<string, string>>): void;
  /** In order, unless another signal is given. */
  stopAgent(node: string, signal?: NodeJS.Signals): Promise<void>;
  /** The folder with what outlives a node's agent. */
  stateOf(node: string): string;
  /** What lies between a node and NATS. */
  relay(node: string): Cut;
  /** Runs the nestwatch command. Exit code 1 reports something that is wrong in the lab, and is no error. */
  nestwatch(version: Version, ...words: string[]): Promise<string>;
  /** Values of a key-value bucket as they are stored now. */
  stored(bucket: string): Promise<Map<string, Uint8Array>>;
  startGuest(node: string, guest: keyof typeof GUESTS): void;
  stopGuest(node: string, guest: keyof typeof GUESTS): void;
}

export const GUESTS = {
  middle: { pid: 500, name: 'middle', mac: '52:54:00:aa:00:01' },
  side: { pid: 510, name: 'side', mac: '52:54:00:aa:00:02' },
  bottom: { pid: 700, name: 'bottom', mac: '52:54:00:aa:00:03' },
  leaf: { pid: 900, name: 'leaf', mac: '52:54:00:aa:00:04' },
  spare: { pid: 910, name: 'spare', mac: '52:54:00:aa:00:05' },
} as const;

/**
 *   top ─┬─ middle ── bottom ── leaf
 *        └─ side
 *
 * The leaf is a guest without an agent.
 */
const MACHINES: Readonly<Record<string, FixtureMachine>> = {
  top: { hardware: true, guest: GUESTS.middle },
  middle: {
    mac: GUESTS.middle.mac,
    guest: GUESTS.bottom,
    files: {
      'var/log/installer/syslog':
        'Jan  1 12:00:01 main-menu[215]: began\nJan  1 12:10:01 main-menu[215]: ended\n',
    },
  },
  side: { mac: GUESTS.side.mac },
  bottom: {
    mac: GUESTS.bottom.mac,
    guest: GUESTS.leaf,
  },
};
export const NODES = Object.keys(MACHINES);

/** Files of the machine that the test runs on, because their figures have to change. */
const REAL_FILES = ['proc/stat', 'proc/meminfo', 'proc/vmstat', 'proc/schedstat', 'proc/diskstats'];

const RULES = `watch:
  rules:
    - { rule: unsafe-to-snapshot, severity: warning, for: 1s, keep: 1s }
    # What a busy machine, and agents that are started anew, would raise by chance.
    - { rule: no-result, off: true }
    - { rule: slowdown-self, off: true }
    - { rule: slowdown-parent, off: true }
    - { rule: steal-high, off: true }
    - { rule: clock-step, off: true }
`;

const COLLECTOR_ENV = {
  NESTWATCH_WATCH_INTERVAL: '500ms',
  // Nothing is delivered twice because the machine is busy: what arrives twice was sent twice.
  NESTWATCH_INGEST_ACK_WAIT: '10m',
};

const AGENT_SETTINGS = {
  ...{ lab: LAB, interval: '1s', 'clock-interval': '1s', 'inventory-enabled': 'false' },
  ...{ 'benchmarks-cron': '*/15 * * * * *', 'benchmarks-run': 'cpu.sha256', 'benchmarks-size': 'tiny' },
  ...{ 'benchmarks-jitter': '0ms', 'benchmarks-window': '20s', 'benchmarks-http-address': '127.0.0.1' },
};

/** Servers, machines and relays; nothing of nestwatch runs yet. */
export async function createUpgradeLab(): Promise<UpgradeLab> {
  const release = await buildRelease();
  const distOf = (version: Version) =>
    version === '0.1.0' ? release.dist : resolve(import.meta.dirname, '../../../dist');
  const lab = await createTestLab();
  const { dir, processes, servers } = lab;
  const nats = await connect({ servers: servers.natsUrl });
  const told: Told[] = [];
  const hook = await startHook(told);
  const config = join(dir, 'collector.yaml');
  writeFileSync(config, RULES);
  const env = {
    ...COLLECTOR_ENV,
    NESTWATCH_CONFIG: config,
    NESTWATCH_WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
  };
  const port = await freePort();
  const rootOf = (node: string) => join(dir, 'machines', node);
  const stateOf = (node: string) => join(dir, 'state', node);
  const relays = new Map<string, Cut>();
  for (const [node, machine] of Object.entries(MACHINES)) {
    createFixtureMachine(rootOf(node), node, machine);
    for (const file of REAL_FILES) linkReal(rootOf(node), file);
    relays.set(node, await createCut(lab.natsPort));
  }
  startFixtureGuest(rootOf('top'), GUESTS.side);
  const relay = (node: string) => found(relays, node);
  const agents = new Map<string, ChildProcess>();
  const tell: OnDeath = (name, how, logFile) =>
    void process.stderr.write(`${name}: ${how}\n${logTail(logFile)}\n`);
  const never = new AbortController().signal;
  return {
    ...{ lab, nats, told, release, relay, stateOf, tap: tapReports(nats, LAB) },
    startCollector: async (version, at = port) =>
      startCollector(processes, distOf(version), servers, at, tell, never, env),
    stop: (child) => processes.stop(child),
    startAgent(version, node, settings = {}) {
      const reached = { ...servers, natsUrl: `nats://127.0.0.1:${relay(node).port}` };
      const own = { node, 'host-root': rootOf(node), 'state-dir': stateOf(node) };
      const all = { ...AGENT_SETTINGS, ...own, ...settings };
      agents.set(node, startAgent(processes, distOf(version), reached, all, tell));
    },
    async stopAgent(node, signal = 'SIGTERM') {
      const agent = found(agents, node);
      if (signal !== 'SIGTERM') agent.kill(signal);
      await processes.stop(agent);
    },
    nestwatch: (version, ...words) =>
      nestwatch(join(distOf(version), 'nestwatch.mjs'), words, {
        NATS_URL: servers.natsUrl,
        INFLUX_URL: servers.influxUrl,
      }),
    stored: (bucket) => valuesOf(nats, bucket),
    startGuest: (node, guest) => startFixtureGuest(rootOf(node), GUESTS[guest]),
    stopGuest: (node, guest) => rmSync(join(rootOf(node), `proc/${GUESTS[guest].pid}`), { recursive: true }),
    async [Symbol.asyncDispose]() {
      await nats.close();
      hook.close();
      for (const each of relays.values()) await each.cut();
      await lab[Symbol.asyncDispose]();
    },
  };
}

function linkReal(root: string, file: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  symlinkSync(`/${file}`, join(root, file));
}

function found<T>(map: ReadonlyMap<string, T>, node: string): T {
  const value = map.get(node);
  if (value === undefined) throw new Error(`there is no ${node}`);
  return value;
}

async function startHook(told: Told[]) {
  const hook = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    told.push(JSON.parse(body) as Told);
    response.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  return hook;
}

function nestwatch(
  program: string,
  words: readonly string[],
  servers: Record<string, string>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...words],
      { env: { ...process.env, ...servers } },
      (error, stdout, stderr) =>
        error !== null && error.code !== 1 ? reject(new Error(stderr)) : resolve(stdout),
    );
  });
}

async function valuesOf(nats: NatsConnection, bucket: string): Promise<Map<string, Uint8Array>> {
  const opened = await new Kvm(jetstream(nats)).open(bucket);
  const keys: string[] = [];
  for await (const key of await opened.keys()) keys.push(key);
  const values = new Map<string, Uint8Array>();
  for (const key of keys.sort()) {
    const entry = await opened.get(key);
    if (entry?.operation === 'PUT') values.set(key, entry.value);
  }
  return values;
}
