import { readdir } from 'node:fs/promises';
import { v1 } from '@nestwatch/proto';
import { beforeAll, describe, expect, test } from 'vitest';
import { benchmarks, chooseBenchmarks } from '../../src/benchmarks/index.ts';
import { BENCHMARK_NAMES, DEFAULT_BENCHMARKS } from '../../src/benchmarks/names.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, ABSENT } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

describe.each(chooseBenchmarks(DEFAULT_BENCHMARKS))('$name on this machine', (benchmark) => {
  test('measures, or says why it cannot be measured, and leaves nothing behind', async () => {
    const results = await runBenchmark(here.machine, benchmark, tinyRun());
    if (process.env['NESTWATCH_SHOW'])
      for (const r of results) process.stderr.write(`${JSON.stringify({ ...r, environment: undefined })}\n`);
    expect(results.length).toBeGreaterThan(0);
    for (const result of results) {
      expect(result.benchmark).toBe(benchmark.name);
      if (result.outcome === OK) {
        expect(result.secondsPerUnit).toBeGreaterThan(0);
        expect(result.repetitions?.length).toBeGreaterThan(0);
        expect(result.units).toBeGreaterThan(0);
        expect(result.engineVersion).not.toBe('');
      } else {
        expect(result.outcome).toBe(ABSENT);
        expect(result.reason).not.toBe('');
      }
    }
    const variants = results.map((result) => result.variant);
    expect(new Set(variants).size).toBe(variants.length);
    expect(await readdir(here.machine.scratch.path)).toEqual([]);
  });
});

test('each benchmark has the name under which it is found', () => {
  expect(benchmarks.map((each) => each.name)).toEqual(BENCHMARK_NAMES);
});
