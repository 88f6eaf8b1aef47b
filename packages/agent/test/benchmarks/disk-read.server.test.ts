import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { v1 } from '@nestwatch/proto';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MIB } from '../../src/benchmarks/bytes.ts';
import { diskRead } from '../../src/benchmarks/disk-read.ts';
import { findDiskToRead } from '../../src/benchmarks/disk-to-read.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, ABSENT } = v1.BenchmarkResult.Outcome;
const LOOP_BYTES = 20 * MIB;

/** A read-only loop device on a file of its own; without one where that takes rights or tools that are not there. */
function attachLoopDevice(): { device?: string; reason: string; detach(): void } {
  const folder = temporaryFolder('loop');
  const file = join(folder, 'disk');
  writeFileSync(file, Buffer.alloc(LOOP_BYTES, 7), { flush: true });
  const { status, stdout, stderr, error } = spawnSync('losetup', ['--read-only', '--show', '--find', file], {
    encoding: 'utf8',
  });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (status !== 0) {
    remove();
    return { reason: ` (no loop device: ${error?.message ?? stderr.trim()})`, detach: () => undefined };
  }
  const device = stdout.trim();
  return {
    device,
    reason: '',
    detach() {
      spawnSync('losetup', ['--detach', device]);
      remove();
    },
  };
}

/** Bytes that a device has read so far: the third number of its statistics counts sectors of 512 bytes. */
function bytesRead(device: string): number {
  const numbers = readFileSync(`/sys/block/${basename(device)}/stat`, 'utf8')
    .trim()
    .split(/\s+/);
  return Number(numbers[2]) * 512;
}

let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

test('reads a named file three times: one cold read, where caches can be dropped, and two warm ones', async () => {
  const device = join(here.stateDir, 'disk');
  await writeFile(device, Buffer.alloc(20 * MIB, 7));
  const machine = { ...here.machine, config: { ...here.machine.config, 'benchmarks.device': device } };
  const [cold, warm, ...more] = await runBenchmark(machine, diskRead, tinyRun());

  expect(more).toEqual([]);
  expect(warm).toMatchObject({ variant: 'warm 16MiB', outcome: OK, units: 16 * MIB, exceedsMemory: false });
  expect(warm?.repetitions).toHaveLength(2);
  expect(cold?.variant).toBe('cold 16MiB');
  if (cold?.outcome === OK) expect(cold.repetitions).toHaveLength(1);
  else {
    expect(cold?.outcome).toBe(ABSENT);
    expect(cold?.secondsPerUnit).toBeUndefined();
    expect(cold?.reason).toMatch(/^caches could not be dropped/);
  }
});

const loop = attachLoopDevice();
afterAll(() => loop.detach());

test.skipIf(loop.device === undefined)(
  `reads a block device, the first time from the disk itself${loop.reason}`,
  async () => {
    const device = `${loop.device}`;
    const machine = { ...here.machine, config: { ...here.machine.config, 'benchmarks.device': device } };
    const before = bytesRead(device);
    const [cold, warm, ...more] = await runBenchmark(machine, diskRead, tinyRun());
    expect(more).toEqual([]);
    expect(cold).toMatchObject({ variant: 'cold 16MiB', outcome: OK, units: 16 * MIB });
    expect(warm).toMatchObject({ variant: 'warm 16MiB', outcome: OK, units: 16 * MIB });
    // How much of the later reads came from the disk as well depends on who else drops the caches meanwhile.
    expect(bytesRead(device) - before).toBeGreaterThanOrEqual(16 * MIB);
  },
);

test.skipIf(loop.device === undefined)(
  `a device may have any name, as a link or as a node of its own${loop.reason}`,
  async () => {
    const link = join(here.stateDir, 'by-id');
    await symlink(`${loop.device}`, link);
    expect(await findDiskToRead(here.machine.host, link)).toEqual({
      state: 'known',
      value: { path: link, kind: 'device', bytes: LOOP_BYTES },
    });
  },
);

test('says that the working set exceeds the memory', async () => {
  const device = join(here.stateDir, 'disk');
  await writeFile(device, Buffer.alloc(16 * MIB));
  const settings = { path: device, kind: 'file', sizes: [16 * MIB], memoryTotalBytes: 8 * MIB } as const;
  const machine = { ...here.machine, config: { ...here.machine.config, 'benchmarks.device': device } };
  const planned = { ...diskRead, plan: async () => ({ state: 'ready' as const, settings }) };
  const results = await runBenchmark(machine, planned, tinyRun());
  expect(results.map((each) => each.exceedsMemory)).toEqual([true, true]);
});

test.each([
  ['a file too small', 'small', /limited to less than 16MiB/],
  ['a file that is missing', 'missing', /missing: ENOENT/],
  ['a folder', '.', /neither a block device nor a file/],
])('%s is absent with the reason', async (_, name, reason) => {
  await writeFile(join(here.stateDir, 'small'), 'x');
  const device = join(here.stateDir, name);
  const machine = { ...here.machine, config: { ...here.machine.config, 'benchmarks.device': device } };
  const [result] = await runBenchmark(machine, diskRead, tinyRun());
  expect(result?.outcome).toBe(ABSENT);
  expect(result?.reason).toMatch(reason);
});
