import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Canary, findCanary, guestCanary } from '../../src/benchmarks/guest-canary.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { absent, known } from '../../src/host/host.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, FAILED } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

/** A program in the place of QEMU: no guest is started on the machine that runs the tests. */
function standIn(name: string, script: string): string {
  const path = join(here.stateDir, name);
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = --version ] && echo "QEMU emulator version 9.8.7" && exit\n${script}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

async function runWith(settings: Canary) {
  const plan = async () => ({ state: 'ready' as const, settings });
  const [result] = await runBenchmark(here.machine, { ...guestCanary, plan }, tinyRun());
  return result;
}

test('a guest that says that it ran is a result, with the time and the version of QEMU', async () => {
  const log = join(here.stateDir, 'arguments');
  const qemu = standIn('runs', `echo "$@" >${log}; exit 99`);
  const result = await runWith({ qemu, accelerator: 'kvm' });
  expect(result).toMatchObject({
    benchmark: 'guest.canary',
    outcome: OK,
    unit: 'run',
    engineVersion: '9.8.7',
  });
  expect(result?.secondsPerUnit).toBeGreaterThan(0);
  const words = readFileSync(log, 'utf8');
  expect(words).toContain('-accel kvm -m 16');
  expect(words).not.toMatch(/-drive|-netdev|-device virtio/);
});

test('one attempt that fails is followed by another, and two are a failure that says why', async () => {
  const once = join(here.stateDir, 'once');
  const second = standIn('second', `[ -e ${once} ] && exit 99; touch ${once}; exit 1`);
  expect(await runWith({ qemu: second, accelerator: 'kvm' })).toMatchObject({ outcome: OK });
  const never = standIn('never', 'echo "ioctl(KVM_CREATE_VM) failed: 19 No such device" >&2; exit 1');
  expect(await runWith({ qemu: never, accelerator: 'kvm' })).toMatchObject({
    outcome: FAILED,
    reason:
      'a guest of four instructions did not run: QEMU ended with status 1: ioctl(KVM_CREATE_VM) failed: 19 No such device',
  });
  const missing = await runWith({ qemu: join(here.stateDir, 'none'), accelerator: 'kvm' });
  expect(missing?.reason).toContain('ENOENT');
});

test('it is planned where /dev/kvm opens and there is a QEMU, else the reason is told', async () => {
  const qemu = standIn('planned', 'exit 99');
  const opens = { open: async () => known(true as const) };
  expect(await findCanary(opens, { 'benchmarks.qemu': qemu })).toEqual(known({ qemu, accelerator: 'kvm' }));
  const gone = await findCanary(opens, { 'benchmarks.qemu': '/no/qemu' });
  expect(gone).toMatchObject({ state: 'absent', reason: expect.stringContaining('benchmarks.qemu') });
  const shut = { open: async () => ({ ...absent('it is not there'), errno: 'ENOENT' }) };
  expect(await findCanary(shut, { 'benchmarks.qemu': qemu })).toEqual(absent('/dev/kvm: ENOENT'));
});

const real = ['/usr/bin/qemu-system-x86_64', '/usr/libexec/qemu-kvm'].find(existsSync);
describe.skipIf(real === undefined)('a real QEMU', () => {
  test('runs it by emulation', async () => {
    expect(await runWith({ qemu: real ?? '', accelerator: 'tcg' })).toMatchObject({ outcome: OK });
  });
});
