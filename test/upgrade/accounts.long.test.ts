import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { PATIENT } from '@nestwatch/testkit/patience';
import { beforeAll, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { createSecuredLab, type Way } from '../security/secured-lab.ts';
import { buildRelease } from './support/release.ts';

/** Soon, and in a turn: what runs at the start needs none. */
const BENCHMARK = {
  ...{ 'benchmarks-run': 'cpu.sha256', 'benchmarks-size': 'tiny', 'benchmarks-cron': '*/10 * * * * *' },
  ...{ 'benchmarks-window': '8s', 'benchmarks-jitter': '0s' },
};

type Version = '0.1.0' | 'new';

interface Case {
  readonly way: Way;
  /** Whose `nestwatch enroll` made the keys and their permissions. */
  readonly enrolledBy: Version;
  readonly agent: Version;
  readonly collector: Version;
  /** Whether a benchmark was measured in its turn, and why not. */
  readonly benchmark: RegExp;
}

const MEASURED = /^measured $/;
const CASES: readonly Case[] = [
  { way: 'users', enrolledBy: '0.1.0', agent: '0.1.0', collector: 'new', benchmark: MEASURED },
  {
    ...{ way: 'users', enrolledBy: '0.1.0', agent: 'new', collector: 'new' },
    benchmark:
      /^not measured no turn .*this node is not permitted to ask which collector grants turns: enrol it again/,
  },
  { way: 'users', enrolledBy: 'new', agent: '0.1.0', collector: 'new', benchmark: MEASURED },
  {
    ...{ way: 'users', enrolledBy: 'new', agent: 'new', collector: '0.1.0' },
    benchmark: /^not measured no turn .*no collector grants turns/,
  },
  {
    ...{ way: 'accounts', enrolledBy: 'new', agent: '0.1.0', collector: 'new' },
    benchmark: /^not measured no turn .*Permissions Violation for Publish to .*_benchmark_leases/,
  },
];

const dists: Record<Version, string> = { '0.1.0': '', new: resolve(import.meta.dirname, '../../dist') };

beforeAll(async () => {
  dists['0.1.0'] = (await buildRelease()).dist;
}, 600_000);

test.each(CASES)(
  'keys by $enrolledBy in $way: an agent of $agent reports to a collector of $collector, and measures or says why not',
  async ({ way, enrolledBy, agent, collector, benchmark }) => {
    await using lab = await createSecuredLab(way);
    const keys = { collector: join(lab.dir, '--collector.nk'), node: join(lab.dir, 'n.nk') };
    const enroll = (key: string, ...who: string[]) =>
      execFileSync(
        process.execPath,
        [
          join(dists[enrolledBy], 'nestwatch.mjs'),
          ...['enroll', ...who, `--${way}`, join(lab.conf, `${way}.conf`), '--key', key],
        ],
        { stdio: 'pipe' },
      );
    if (enrolledBy === '0.1.0') {
      rmSync(keys.collector);
      enroll(keys.collector, '--collector');
    }
    enroll(keys.node, 'n', '--lab', 'lab');
    await lab.reload();

    const { url: influxUrl } = await startTestInflux(lab.processes, lab.dir);
    const servers = { natsUrl: lab.url, influxUrl };
    const { signal } = new AbortController();
    const env = { NESTWATCH_NATS_CA: lab.ca, NESTWATCH_NATS_NKEY: keys.collector };
    const port = await freePort();
    await startCollector(lab.processes, dists[collector], servers, port, () => undefined, signal, env);
    const settings = {
      ...{ lab: 'lab', node: 'n', interval: '1s', 'state-dir': join(lab.dir, 'agent') },
      ...{ 'nats-ca': lab.ca, 'nats-nkey': keys.node, ...BENCHMARK },
    };
    startAgent(lab.processes, dists[agent], servers, settings, () => undefined);

    const store = await openStore(influxConfig({ INFLUX_URL: influxUrl }));
    const rowsOf = async (measurement: string) =>
      (await store.query(`SELECT * FROM "${measurement}" WHERE "node" = 'n'`))[0]?.rows ?? [];
    await expect.poll(async () => (await rowsOf('nestwatch_load')).length, PATIENT).toBeGreaterThan(2);
    await expect.poll(async () => (await rowsOf('nestwatch_benchmark')).length, PATIENT).toBeGreaterThan(0);
    const [result] = await rowsOf('nestwatch_benchmark');
    const said = result?.['seconds_per_unit'] == null ? 'not measured' : 'measured';
    const warnings =
      readFileSync(join(lab.dir, 'logs/agent.log'), 'utf8').match(/ warn {2}NATS refused.*/g) ?? [];
    if (agent === 'new') expect(new Set(warnings).size).toBe(warnings.length);
    expect(`${said} ${result?.['reason'] ?? ''}`).toMatch(benchmark);
  },
);
