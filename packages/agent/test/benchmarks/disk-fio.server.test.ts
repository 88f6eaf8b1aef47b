import { existsSync } from 'node:fs';
import { v1 } from '@nestwatch/proto';
import { beforeAll, expect, test } from 'vitest';
import { diskFio, parseFio } from '../../src/benchmarks/disk-fio.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';
import { stubProgram } from './support/stub-program.ts';

const { OK } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

// It is optional, here as on any node.
test.skipIf(!existsSync('/usr/bin/fio'))('fio reads at random around the page cache', async () => {
  const [result] = await runBenchmark(here.machine, diskFio, tinyRun());
  expect(result).toMatchObject({
    outcome: OK,
    engine: 'fio',
    variant: 'random read',
    unit: 'operation',
    units: 500,
  });
  expect(result?.engineVersion).toMatch(/^\d+\.\d+/);
  expect(result?.repetitions).toHaveLength(3);
  expect(result?.secondsPerUnit).toBeGreaterThan(0);
});

test('the latencies and the version that fio tells are those of the result', async () => {
  const answer = {
    'fio version': 'fio-3.33',
    jobs: [{ error: 0, read: { total_ios: 500, lat_ns: { mean: 2000 } } }],
  };
  const fio = await stubProgram(here.stateDir, 'fio', `fio: a warning\n${JSON.stringify(answer)}`);
  const settings = { fio, bytes: 1_048_576, reads: 500 };
  const planned = { ...diskFio, plan: async () => ({ state: 'ready' as const, settings }) };
  const [result] = await runBenchmark(here.machine, planned, tinyRun());
  expect(result).toMatchObject({ outcome: OK, engine: 'fio', engineVersion: '3.33', units: 500 });
  expect(result?.repetitions).toEqual(Array(3).fill({ durationUs: 1000, units: 500 }));
});

test('answers of fio that are not understood are errors', () => {
  expect(() => parseFio('fio: bad option')).toThrow();
  expect(() => parseFio('{"jobs":[{"error":22}]}')).toThrow(/error 22/);
});
