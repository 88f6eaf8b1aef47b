import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../deploy/local/ports.ts';
import { createProcesses } from '../../deploy/local/processes.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import type { Machine } from '../../packages/collector/src/cli/setup/machine.ts';
import { checkAll, makeAll, undoAll } from '../../packages/collector/src/cli/setup/plan.ts';
import { openRecord } from '../../packages/collector/src/cli/setup/record.ts';
import { stepsOf } from '../../packages/collector/src/cli/setup/steps.ts';
import { PACKAGED, setupRoot, treeOf } from './setup-root.ts';

vi.setConfig({ testTimeout: 120_000 });

const top = resolve(import.meta.dirname, '../..');
const dist = join(top, 'dist');

function setupOf(machine: Machine, natsPort = 4222) {
  const record = openRecord(machine);
  const steps = stepsOf({
    ...{
      machine,
      record,
      lab: 'training',
      node: undefined,
      address: '127.0.0.1',
      hostname: 'hypervisor',
      natsPort,
    },
    ...{ influx: {}, installsInflux: false, operator: 'alice', packages: undefined, starts: false },
    nowMs: Date.now(),
  });
  return { steps, record };
}

/** The root with its own paths in what is written there, for servers that run outside of it. */
function runnable(root: string): string {
  const copy = temporaryFolder('setup-run');
  cpSync(root, copy, { recursive: true });
  for (const file of [
    'nats/nestwatch/nats-server.conf',
    'nestwatch/collector.yaml',
    'nestwatch/nestwatch.yaml',
  ]) {
    const path = join(copy, 'etc', file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/\/(etc\/n|var\/lib)/g, `${copy}/$1`));
  }
  return copy;
}

test('what setup writes carries NATS, collector, operator and agent; again it changes nothing; and it goes', async () => {
  const [root, port] = [temporaryFolder('setup'), await freePort()];
  const machine = setupRoot(root);
  const { steps, record } = setupOf(machine, port);
  const before = treeOf(root);
  const said: string[] = [];
  await checkAll(steps);
  expect(treeOf(root)).toEqual(before);
  expect(await makeAll(steps, record, (line) => said.push(line))).toBeGreaterThan(10);
  expect(said).toContain('already done: programs nats-server, openssl, pgrep');
  expect(statSync(join(root, 'etc/nats/nestwatch/tls/ca.key')).mode & 0o077).toBe(0);
  expect(readFileSync(join(root, 'etc/nestwatch/collector.yaml'), 'utf8')).toContain(
    '# The lab page, /metrics',
  );

  const after = treeOf(root);
  const again = setupOf(machine, port);
  const saidAgain: string[] = [];
  expect(await makeAll(again.steps, again.record, (line) => saidAgain.push(line))).toBe(0);
  expect(saidAgain.every((line) => line.startsWith('already done: '))).toBe(true);
  expect(treeOf(root)).toEqual(after);

  const copy = runnable(root);
  const processes = createProcesses(join(copy, 'logs'));
  try {
    const nats = findTool({ command: 'nats-server' }) ?? 'nats-server';
    processes.start('nats-server', nats, ['-c', join(copy, 'etc/nats-server.conf')]);
    const { url: influxUrl } = await startTestInflux(processes, copy, await freePort());
    const [natsUrl, invitePort] = [`tls://127.0.0.1:${port}`, await freePort()];
    const env = {
      NESTWATCH_CONFIG: join(copy, 'etc/nestwatch/collector.yaml'),
      NESTWATCH_INVITE_PORT: String(invitePort),
      NESTWATCH_INVITE_PACKAGES: join(copy, 'usr/share/nestwatch/packages'),
      NESTWATCH_INVITE_STAGED: join(copy, 'staged'),
    };
    const { signal } = new AbortController();
    const servers = { natsUrl, influxUrl };
    await startCollector(processes, dist, servers, await freePort(), () => undefined, signal, env);
    const nestwatch = (...words: string[]) =>
      execFileSync(process.execPath, [join(dist, 'nestwatch.mjs'), ...words], {
        env: {
          ...process.env,
          NESTWATCH_CONFIG: join(copy, 'etc/nestwatch/nestwatch.yaml'),
          INFLUX_URL: influxUrl,
        },
        stdio: 'pipe',
      }).toString();
    expect(nestwatch('invite', '--lab', 'training')).toContain(`curl -fsS http://127.0.0.1:${invitePort}/i/`);
    const settings = readFileSync(join(root, 'etc/nestwatch/agent.yaml'), 'utf8')
      .replaceAll('/etc/n', `${copy}/etc/n`)
      .concat(`state:\n  dir: ${join(copy, 'agent')}\n`);
    writeFileSync(join(copy, 'etc/nestwatch/agent.yaml'), settings);
    const words = [
      'run',
      '--config',
      join(copy, 'etc/nestwatch/agent.yaml'),
      '--benchmarks-enabled',
      'false',
    ];
    processes.start('agent', process.execPath, [join(dist, 'nestwatch-agent.mjs'), ...words]);
    const reports = () => {
      try {
        return nestwatch('lab', 'training', '--json').includes('"node"');
      } catch {
        return false;
      }
    };
    await waitUntil(reports, { what: "the hypervisor's own agent in the lab", limitMs: 60_000 });
  } finally {
    await processes.stopAll();
  }

  undoAll(again.steps, again.record, () => undefined);
  expect(treeOf(root)).toEqual(before);
});

test('what others configured is not touched: one line says what is in the way, and nothing is changed', async () => {
  const refuses = async (file: string, text: string, line: RegExp) => {
    const root = temporaryFolder('setup-others');
    const machine = setupRoot(root);
    writeFileSync(join(root, file), text);
    const before = treeOf(root);
    await expect((async () => checkAll(setupOf(machine).steps))()).rejects.toThrow(line);
    expect(treeOf(root)).toEqual(before);
  };
  await refuses('etc/nats-server.conf', `${PACKAGED}jetstream {}\n`, /another server uses it. Move it away/);
  await refuses(
    'etc/nestwatch/collector.yaml',
    'nats:\n  url: tls://elsewhere:4222\n',
    /has nats.url: tls:\/\/elsewhere:4222, but setup would set tls:\/\/127.0.0.1:4222/,
  );
  await refuses('etc/nestwatch/setup.json', 'no json', /setup.json is not what setup wrote/);
  await refuses(
    'usr/share/nestwatch/packages/manifest.json',
    '{}',
    /has no packages for guests: give --packages/,
  );
});
