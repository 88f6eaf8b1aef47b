import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { findTool, INFLUXD, NATS_SERVER, requireTools, type Tool } from '@nestwatch/deploy/local/tools';
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../../../scripts/prepare.mjs';
import { influxOfRun } from '../influx-of-run.ts';
import { abandonedRuns, killProcesses, makeRunFolder, RUN_FOLDER, removeFolder, sweep } from './sweep.mjs';

/** Pid of the program that runs the tests, where that is not vitest itself. */
const RUNNER = 'NESTWATCH_TEST_RUNNER';
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Tests of these are skipped, saying so, where the distribution does not have them. */
const OPTIONAL: readonly Tool[] = [
  optional('victoria-metrics', 'a second server that takes v2 writes'),
  optional('prometheus-alertmanager', 'takes the alerts of a test'),
  optional('strace', 'shows that an agent starts no process'),
  optional('chromium', 'shows the lab page and the report'),
  optional('mmdebstrap', 'makes a Debian in which the packages are installed'),
  { command: 'rpmbuild', package: 'rpm', purpose: 'builds the .rpm packages' },
];

/** Its tests start no process. '' is the project of the whole configuration, which has no tests and is always there. */
const WITHOUT_PROGRAMS = ['', 'unit'];

/**
 * Before any test: the programs as the sources are now, the servers the tests run, and a folder for all they leave. Who
 * runs one unit test gets no browser installed.
 */
export default async function setup({
  name,
}: Pick<TestProject, 'name'>): Promise<(() => Promise<void>) | undefined> {
  ensureBuilt();
  if (!WITHOUT_PROGRAMS.includes(name)) await requirePrograms();
  return beginRun();
}

async function requirePrograms(): Promise<void> {
  await requireTools([NATS_SERVER, INFLUXD], say);
  for (const tool of OPTIONAL.filter((each) => findTool(each) === undefined)) {
    await requireTools([tool], say).catch((error: Error) => say(`without ${tool.command}: ${error.message}`));
  }
  if (process.env['NESTWATCH_TEST_INFLUXD']) {
    const { binary, version } = influxOfRun();
    say(`InfluxDB of these tests: ${version}, ${binary}`);
  }
}

function optional(name: string, purpose: string): Tool {
  return { command: name, package: name, purpose };
}

/**
 * Takes away what killed runs left, and makes a folder for this one, which all it starts has as TMPDIR. A watchdog
 * sees to it that nothing stays behind when this process is killed.
 * @returns what ends the run; undefined where this process has begun one already, as vitest does for each group
 */
async function beginRun(): Promise<(() => Promise<void>) | undefined> {
  const { [RUN_FOLDER]: begun, TMPDIR, [RUNNER]: runner } = process.env;
  if (begun !== undefined && TMPDIR === begun) return undefined;
  const parent = tmpdir();
  for (const abandoned of abandonedRuns(parent)) {
    try {
      for (const { pid, command } of await sweep(abandoned))
        say(`ended pid ${pid}, left by a killed run: ${command}`);
    } catch (error) {
      // Its watchdog, or a run that begins beside this one, may be at it.
      say(`${abandoned}, left by a killed run, is not gone yet: ${messageOf(error)}`);
    }
  }
  const folder = makeRunFolder(parent);
  const words = [
    join(import.meta.dirname, 'watchdog.mjs'),
    folder,
    ...(runner === undefined ? [] : [runner]),
  ];
  // A group of its own: what ends the run with its group leaves it alone.
  spawn(process.execPath, words, { detached: true, stdio: 'ignore' }).unref();
  process.env[RUN_FOLDER] = folder;
  process.env['TMPDIR'] = folder;
  // Agents of tests start no guest under the KVM of the machine that runs the tests.
  process.env['NESTWATCH_BENCHMARKS_OFF'] = 'guest.canary';
  return async () => {
    const left = await killProcesses(folder, { below: true });
    removeFolder(folder);
    for (const { pid, command } of left) say(`FAILED: the tests left pid ${pid}: ${command}`);
    if (left.length > 0) process.exitCode = 1;
  };
}
