import { readdir } from 'node:fs/promises';
import { v1 } from '@nestwatch/proto';
import { beforeAll, expect, test } from 'vitest';
import { cpuSha256 } from '../../src/benchmarks/cpu-sha256.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, ABSENT } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

test('hashes a file of random bytes three times, in a child process, and leaves nothing behind', async () => {
  const said: string[] = [];
  const results = await runBenchmark(
    here.machine,
    cpuSha256,
    tinyRun({ onProgress: (text) => said.push(text) }),
  );

  expect(results).toHaveLength(1);
  const [result] = results;
  expect(result).toMatchObject({
    benchmark: 'cpu.sha256',
    outcome: OK,
    unit: 'byte',
    units: 8 * 1024 * 1024,
  });
  expect(result?.repetitions).toHaveLength(3);
  expect(result?.secondsPerUnit).toBeGreaterThan(0);
  expect(result?.secondsPerUnit).toBeLessThan(1e-6);
  expect(result?.engine).toBe('node');
  expect(result?.engineVersion).toBe(process.version);
  expect(result?.argumentsHash).toMatch(/^[0-9a-f]{12}$/);
  expect(result?.environment?.fingerprint).toMatch(/^[0-9a-f]{12}$/);
  expect(result?.endedMonoUs).toBeGreaterThan(result?.startedMonoUs ?? 0);
  expect(said).toContain('3 of 3');
  expect(await readdir(here.machine.scratch.path)).toEqual([]);
});

test('is absent, with the setting to change, where the file would take more than the allowed memory', async () => {
  const machine = {
    ...here.machine,
    config: { ...here.machine.config, 'benchmarks.memory-share': 0.000001, 'benchmarks.disk-share': 1 },
  };
  const [result] = await runBenchmark(machine, cpuSha256, tinyRun());
  expect(result?.outcome).toBe(ABSENT);
  expect(result?.reason).toMatch(/requires 8MiB of memory.*benchmarks\.memory-share/);
});
