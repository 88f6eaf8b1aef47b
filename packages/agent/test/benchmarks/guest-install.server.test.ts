import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { beforeAll, expect, test } from 'vitest';
import type { InstallCommand } from '../../src/benchmarks/benchmark.ts';
import { guestInstall } from '../../src/benchmarks/guest-install.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, ABSENT, FAILED } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

/** The operator's command alone: no guest is started on the machine that runs the tests. */
function installing(changes: Partial<InstallCommand>) {
  const install = { command: ['true'], success: [], cleanup: [], limitMs: 60_000, ...changes };
  const plan = async () => ({ state: 'ready' as const, settings: { install, noGuest: 'not in this test' } });
  return runBenchmark(here.machine, { ...guestInstall, plan }, tinyRun());
}

test("times the operator's command, tests that it succeeded, and cleans up", async () => {
  const log = join(here.stateDir, 'log');
  const say = (word: string) => ['sh', '-c', `echo ${word} >>${log}`];
  const [smallest, command] = await installing({
    command: say('install'),
    success: say('test'),
    cleanup: say('clean'),
  });
  expect(smallest).toMatchObject({ variant: 'smallest', outcome: ABSENT, reason: 'not in this test' });
  expect(command).toMatchObject({ variant: 'command', outcome: OK, unit: 'run', engine: 'sh' });
  expect(command?.secondsPerUnit).toBeGreaterThan(0);
  expect(await readFile(log, 'utf8')).toBe('install\ntest\nclean\n');
});

test.each([
  ['a command that fails', { command: ['sh', '-c', 'echo no room >&2; exit 3'] }, /status 3: no room/],
  ['a success test that fails', { success: ['false'] }, /false ended with status 1/],
  ['a command that takes too long', { command: ['sleep', '600'], limitMs: 1000 }, /no result within 1 s/],
  ['a program that is missing', { command: ['/no/such/program'] }, /ENOENT/],
])('%s is a failed result, and is cleaned up after', async (_, changes, reason) => {
  const log = join(here.stateDir, 'cleaned');
  const [, command] = await installing({ ...changes, cleanup: ['sh', '-c', `echo clean >${log}`] });
  expect(command?.outcome).toBe(FAILED);
  expect(command?.reason).toMatch(reason);
  expect(await readFile(log, 'utf8')).toBe('clean\n');
});

test('the command itself does not leave the machine', async () => {
  const [, command] = await installing({ command: ['sh', '-c', 'true secret-password'] });
  expect(JSON.stringify(command)).not.toContain('secret-password');
});
