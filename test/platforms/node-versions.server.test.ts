import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AGENT_NODE_ENV, AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { nodeProgram } from '@nestwatch/testkit/node-program';
import { PATIENT } from '@nestwatch/testkit/patience';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const nodes = (['18', '22', '24'] as const).map(nodeProgram);
const collectorUrls = new Map<string, string>();
let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  for (const { major, program } of nodes) {
    if (program === undefined) continue;
    const port = String(await freePort());
    const { natsUrl, influxUrl } = lab.servers;
    collectorUrls.set(major, `http://127.0.0.1:${port}`);
    lab.processes.start(`collector-${major}`, program, [join(dist, 'nestwatch-collector.mjs'), 'run'], {
      env: { NATS_URL: natsUrl, INFLUX_URL: influxUrl, NESTWATCH_HTTP_PORT: port },
    });
    startAgent(major, program);
  }
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** As its unit starts it; its rounds follow a cron expression, which none of the other commands reads. */
function startAgent(major: string, program: string): void {
  const settings = {
    lab: 'nodes',
    node: `node-${major}`,
    interval: '1s',
    'state-dir': join(lab.dir, `agent-${major}`),
    'inventory-enabled': 'false',
    'benchmarks-cron': '*/10 * * * * *',
    'benchmarks-run': 'cpu.sha256',
    'benchmarks-size': 'tiny',
    'benchmarks-jitter': '0s',
    'benchmarks-coordinate': 'false',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const words = [...AGENT_NODE_FLAGS, join(dist, 'nestwatch-agent.mjs'), 'run', ...flags];
  lab.processes.start(`agent-${major}`, program, words, {
    env: { ...AGENT_NODE_ENV, NATS_URL: lab.servers.natsUrl },
  });
}

describe.concurrent.for(nodes)('Node $version', ({ major, version, program, reason }) => {
  const name = (what: string) => (reason === undefined ? what : `${what} (${reason})`);
  const agent = async (...args: string[]) => {
    const words = [join(dist, 'nestwatch-agent.mjs'), ...args];
    const run = promisify(execFile)(program ?? '', words, { maxBuffer: 16 * 1024 * 1024 });
    // check ends with what it found: 1 for warnings, 2 for a machine that cannot host.
    const { stdout } = await run.catch((error: { code?: number; stdout?: string }) => {
      if (args[0] === 'check' && (error.code === 1 || error.code === 2))
        return { stdout: error.stdout ?? '' };
      throw error;
    });
    return JSON.parse(stdout) as unknown;
  };

  test.skipIf(reason !== undefined)(name('check has a verdict on every question'), async ({ expect }) => {
    const { verdicts } = (await agent('check', '--json')) as { verdicts: { rule: string; level: string }[] };
    expect(verdicts.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['can-host', 'cpu-virtualization', 'kvm-module', 'kvm-device', 'architecture']),
    );
    expect(verdicts.map(({ level }) => level)).not.toContain('error');
  });

  test.skipIf(reason !== undefined)(
    name('probe reads what is there, and fails nowhere'),
    async ({ expect }) => {
      const probes = (await agent('probe', '--json')) as Record<string, { status: string; reason: string }>;
      expect(probes['cpu-time']?.status).toBe('ok');
      const failed = Object.entries(probes).filter(
        ([, { status }]) => status !== 'ok' && status !== 'absent',
      );
      expect(failed).toEqual([]);
    },
  );

  test.skipIf(reason !== undefined)(name('bench measures'), async ({ expect }) => {
    const results = await agent('bench', 'cpu.sha256', '--size', 'tiny', '--json');
    expect(results).toMatchObject([
      { benchmark: 'cpu.sha256', environment: { nodeVersion: expect.stringContaining(version) } },
    ]);
  });

  test.skipIf(reason !== undefined)(name('run reports, by schedule too'), async ({ expect }) => {
    const ofNode = `WHERE node = 'node-${major}'`;
    await lab.waitForRows(`SELECT * FROM nestwatch_capability ${ofNode}`);
    await lab.waitForRows(`SELECT * FROM nestwatch_cpu_time ${ofNode}`, (rows) => rows.length >= 3);
    const rounds = await lab.waitForRows(`SELECT seconds_per_unit FROM nestwatch_benchmark ${ofNode}`);
    expect(rounds[0]?.['seconds_per_unit']).toBeGreaterThan(0);
    const [described] = await lab.waitForRows(`SELECT node_version FROM nestwatch_environment ${ofNode}`);
    expect(described?.['node_version']).toBe(`v${version}`);
  });
});

test.skipIf(nodes.every(({ reason }) => reason !== undefined))(
  'collectors on all of them shared the work',
  async () => {
    for (const url of collectorUrls.values()) {
      const metrics = async () => (await fetch(`${url}/metrics`)).text();
      await expect.poll(metrics, PATIENT).toMatch(/^nestwatch_messages_written_total\{.*\} [1-9]/m);
    }
  },
);
