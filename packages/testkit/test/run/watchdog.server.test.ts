import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { waitUntil } from '@nestwatch/deploy/local/wait';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, onTestFinished, test } from 'vitest';
import { processesOf } from '../../src/run/sweep.mjs';

const vitest = resolve(import.meta.dirname, '../../../../node_modules/vitest/vitest.mjs');
const config = join(import.meta.dirname, 'interrupted/vitest.config.ts');
const LIMIT_MS = 120_000;

/** Starts a run with servers, and waits until they are up. */
async function startRun() {
  const dir = temporaryFolder('run');
  const ready = join(dir, 'ready');
  // Stands for `npm test`, without which nobody waits for the run.
  const runner = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void runner.kill('SIGKILL'));
  const main = spawn(process.execPath, [vitest, 'run', '--config', config], {
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      TMPDIR: dir,
      NESTWATCH_TEST_READY: ready,
      NESTWATCH_TEST_RUNNER: String(runner.pid),
    },
  });
  await waitUntil(() => existsSync(ready), {
    what: 'the servers of the run',
    child: main,
    limitMs: LIMIT_MS,
  });
  const left = () => ({
    processes: processesOf(dir).map(({ command }) => command),
    folders: readdirSync(dir).filter((name) => name.startsWith('nestwatch-tests-')),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').includes(`${dir}/`),
  });
  const worker = Number(readFileSync(ready, 'utf8'));
  return { main: main.pid ?? 0, runner: runner.pid ?? 0, worker, left };
}

test.each([
  ['Ctrl-C', 'main', 'SIGINT'],
  ['SIGTERM', 'main', 'SIGTERM'],
  ['kill -9', 'main', 'SIGKILL'],
  ['kill -9 of its worker', 'worker', 'SIGKILL'],
  ['kill -9 of what runs it', 'runner', 'SIGKILL'],
] as const)(
  'a run that is ended by %s leaves no process, no folder and no mount',
  async (_, who, signal) => {
    const run = await startRun();
    const { processes, folders } = run.left();
    for (const program of ['nats-server', 'influxd', 'sleep 1000']) {
      expect(processes.filter((command) => command.includes(program))).not.toEqual([]);
    }
    expect(folders).toHaveLength(1);
    process.kill(run[who], signal);
    const nothing = { processes: [], folders: [], mounts: false };
    await waitUntil(() => JSON.stringify(run.left()) === JSON.stringify(nothing), {
      what: 'nothing left',
      tail: () => JSON.stringify(run.left()),
      limitMs: LIMIT_MS,
    });
  },
  3 * LIMIT_MS,
);
