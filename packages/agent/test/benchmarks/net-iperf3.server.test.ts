import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { freePort } from '@nestwatch/deploy/local/ports';
import { v1 } from '@nestwatch/proto';
import { beforeAll, expect, test } from 'vitest';
import { netIperf3, parseIperf3, parseServer } from '../../src/benchmarks/net-iperf3.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';
import { stubProgram } from './support/stub-program.ts';

const { OK, ABSENT, FAILED } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});

// It is optional, here as on any node.
test.skipIf(!existsSync('/usr/bin/iperf3'))(
  'iperf3 sends to the server that is configured, and says why when there is none',
  async () => {
    const port = await freePort();
    const machine = {
      ...here.machine,
      config: { ...here.machine.config, 'benchmarks.iperf3-server': `127.0.0.1:${port}` },
    };
    const [refused] = await runBenchmark(machine, netIperf3, tinyRun());
    expect(refused?.outcome).toBe(FAILED);
    expect(refused?.reason).toMatch(/unable to connect/);

    const server = spawn('iperf3', [
      '--server',
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--forceflush',
    ]);
    try {
      await once(server.stdout, 'data');
      const [result] = await runBenchmark(machine, netIperf3, tinyRun());
      expect(result).toMatchObject({ reason: '', outcome: OK, engine: 'iperf3', unit: 'byte' });
      expect(result?.repetitions).toHaveLength(3);
      expect(result?.engineVersion).toMatch(/^3\./);
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  },
);

test('without a server net.iperf3 is absent, with the setting to change', async () => {
  const [result] = await runBenchmark(here.machine, netIperf3, tinyRun());
  expect(result?.outcome).toBe(ABSENT);
  expect(result?.reason).toMatch(/benchmarks\.iperf3-server/);
});

test("the receiver's sums and the version that iperf3 tells are those of the result", async () => {
  const answer = {
    start: { version: 'iperf 3.12' },
    end: { sum_received: { bytes: 16_000_000, seconds: 0.5 } },
  };
  const iperf3 = await stubProgram(here.stateDir, 'iperf3', JSON.stringify(answer));
  const settings = { iperf3, host: '127.0.0.1', port: 1, bytes: 16_000_000 };
  const planned = { ...netIperf3, plan: async () => ({ state: 'ready' as const, settings }) };
  const [result] = await runBenchmark(here.machine, planned, tinyRun());
  expect(result).toMatchObject({ outcome: OK, engine: 'iperf3', engineVersion: '3.12', units: 16_000_000 });
  expect(result?.repetitions).toEqual(Array(3).fill({ durationUs: 500_000, units: 16_000_000 }));
});

test('answers of iperf3 that are not understood are errors, and a server may be named in three ways', () => {
  expect(() => parseIperf3('{"error":"the server is busy"}')).toThrow('iperf3: the server is busy');
  expect(parseServer('[::1]:7')).toEqual({ host: '::1', port: 7 });
  expect(parseServer('guest0')).toEqual({ host: 'guest0', port: 5201 });
});
