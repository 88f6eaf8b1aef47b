import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { subjects } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe } from 'vitest';
import { stringify } from 'yaml';
import type { CollectorProcess } from '../../deploy/local/programs.ts';
import { ALERTMANAGER, startAlertmanager } from './alertmanager.ts';
import { createPlayedLab } from './recorded-lab.ts';

export interface Message {
  key: string;
  state: string;
  rule: string;
  node: string;
  severity: string;
  summary: string;
  causes: string[];
}

export interface WatchedLab extends AsyncDisposable {
  readonly lab: TestLab;
  readonly played: ReturnType<typeof createPlayedLab>;
  readonly alertmanager: Awaited<ReturnType<typeof startAlertmanager>>;
  /** The collector that was started last. */
  readonly collector: () => CollectorProcess;
  startCollector(): Promise<void>;
  /** News as they came. */
  readonly overNats: Message[];
  readonly overHook: Message[];
  /** Waits until the watch has judged every round that was played. */
  judged(): Promise<void>;
  /** "rule node" of each alert in Alertmanager. */
  firing(): Promise<string[]>;
  /** Runs the built command; what it printed, or its error. An exit code of 1 reports alerts. */
  nestwatch(...args: string[]): Promise<string>;
}

const RULES = { watch: { rules: [{ rule: 'collector-behind', for: '1s', keep: '1s' }] } };

/** Targets of other labs, so that alerts of this one do not reach them; a test of them does. */
function targetsAt(url: string) {
  const others = ['other-*'];
  const body = { key: '{{key}}', state: '{{state}}', rule: '{{rule}}', summary: '{{summary}}', mine: true };
  return [
    { name: 'hook', kind: 'webhook', url, body, labs: others },
    { name: 'away', kind: 'ntfy', url: 'http://127.0.0.1:1', topic: 't', labs: others },
  ];
}

/** A lab that is played, watched by the built collector, with NATS, InfluxDB and Alertmanager for real. */
async function createWatchedLab(): Promise<WatchedLab> {
  const lab = await createTestLab();
  const alertmanager = await startAlertmanager(lab.processes, lab.dir);
  const overNats: Message[] = [];
  const overHook: Message[] = [];
  const hook = await startHook(overHook);
  const nats = await connect({ servers: lab.servers.natsUrl });
  nats.subscribe(subjects.alerts('lab'), {
    callback: (_, message) => {
      overNats.push(message.json<Message>());
    },
  });
  const config = join(lab.dir, 'collector.yaml');
  const hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  writeFileSync(config, stringify({ ...RULES, notify: targetsAt(hookUrl) }), { mode: 0o600 });
  const env = {
    NESTWATCH_CONFIG: config,
    NESTWATCH_ALERTMANAGER_URL: alertmanager.url,
    NESTWATCH_WEBHOOK_URL: hookUrl,
    NESTWATCH_WATCH_INTERVAL: '500ms',
  };
  let collector = await lab.startCollector(env);
  const played = createPlayedLab(nats, 'lab');
  await played.alive();
  return {
    lab,
    played,
    alertmanager,
    overNats,
    overHook,
    collector: () => collector,
    async startCollector() {
      collector = await lab.startCollector(env);
    },
    async judged() {
      await lab.waitForRows(
        "SELECT state FROM nestwatch_slowdown WHERE node = 'guest3' AND against = 'self'",
        (rows) => rows.some((row) => Number(row['time']) === played.lastUs()),
      );
    },
    firing: async () =>
      (await alertmanager.active()).map(({ labels }) => `${labels['alertname']} ${labels['node']}`),
    nestwatch: (...args) =>
      new Promise((resolve, reject) => {
        const path = join(import.meta.dirname, '../../dist/nestwatch.mjs');
        const servers = { NATS_URL: lab.servers.natsUrl, INFLUX_URL: lab.servers.influxUrl };
        execFile(
          process.execPath,
          [path, ...args],
          { env: { ...process.env, ...servers } },
          (error, stdout, stderr) =>
            error !== null && error.code !== 1 ? reject(new Error(stderr)) : resolve(stdout),
        );
      }),
    async [Symbol.asyncDispose]() {
      await nats.close();
      hook.close();
      await lab[Symbol.asyncDispose]();
    },
  };
}

/** A webhook that is not up to its first request, and keeps what comes after. */
async function startHook(heard: Message[]) {
  let refused = false;
  const hook = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (refused) heard.push(JSON.parse(body) as Message);
    else response.statusCode = 503;
    refused = true;
    response.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  return hook;
}

/** Tests of one lab that is watched, which they share in their order; skipped where there is no Alertmanager. */
export function describeWatched(title: string, tests: (watched: () => WatchedLab) => void): void {
  describe.skipIf(ALERTMANAGER === undefined)(title, () => {
    let watched: WatchedLab;
    beforeAll(async () => {
      watched = await createWatchedLab();
    });
    afterAll(() => watched?.[Symbol.asyncDispose]());
    tests(() => watched);
  });
}
