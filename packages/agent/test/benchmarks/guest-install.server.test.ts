import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InstallCommand } from '../../src/benchmarks/benchmark.ts';
import { tinyInitramfs } from '../../src/benchmarks/guest/initramfs.ts';
import { tinyInit, USER_SPACE_MARK } from '../../src/benchmarks/guest/tiny-init.ts';
import { guestInstall } from '../../src/benchmarks/guest-install.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { parseInstallCommand } from '../../src/rounds/install-command.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, ABSENT, FAILED } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});
afterAll(() => here.remove());

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
  ['a command that takes too long', { command: ['sleep', '600'], limitMs: 1000 }, /longer than 1 s/],
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

test('the configuration is checked', () => {
  expect(parseInstallCommand({ command: ['virt-install', '-n', 'x'], limit: '30m' })).toEqual({
    command: ['virt-install', '-n', 'x'],
    success: [],
    cleanup: [],
    limitMs: 1_800_000,
  });
  expect(() => parseInstallCommand({ command: 'virt-install -n x' })).toThrow(/list of words/);
  expect(() => parseInstallCommand({ command: ['x'], clean: [] })).toThrow(/clean is not known/);
  expect(() => parseInstallCommand({})).toThrow(/command must be/);
});

test('the smallest user space is an ELF program that says its mark, in an initramfs with a console', () => {
  const init = tinyInit();
  expect(init.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  expect(init.readUInt16LE(18)).toBe(62);
  // The address that is loaded for write(2) is where the mark stands: rip after the lea, and its distance.
  const lea = init.indexOf(Buffer.from([0x48, 0x8d, 0x35]));
  expect(init.subarray(lea + 7 + init.readInt32LE(lea + 3)).toString()).toBe(`${USER_SPACE_MARK}\n`);
  const archive = tinyInitramfs();
  expect(archive.length % 4).toBe(0);
  expect(archive.toString('latin1').match(/070701/g)).toHaveLength(4);
  expect(archive.includes(init)).toBe(true);
});
