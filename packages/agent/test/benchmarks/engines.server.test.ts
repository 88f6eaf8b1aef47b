import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { freePort } from '@nestwatch/deploy/local/ports';
import { v1 } from '@nestwatch/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diskFio, parseFio } from '../../src/benchmarks/disk-fio.ts';
import { netIperf3, parseIperf3, parseServer } from '../../src/benchmarks/net-iperf3.ts';
import { runBenchmark } from '../../src/benchmarks/run-benchmark.ts';
import { prepareTestMachine, type TestMachine, tinyRun } from './support/machine.ts';

const { OK, ABSENT, FAILED } = v1.BenchmarkResult.Outcome;
let here: TestMachine;
beforeAll(async () => {
  here = await prepareTestMachine();
});
afterAll(() => here.remove());

// Both engines are optional, here as on any node.
const has = (program: string) => existsSync(`/usr/bin/${program}`);

test.skipIf(!has('fio'))('fio reads at random around the page cache', async () => {
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

test.skipIf(!has('iperf3'))(
  'iperf3 sends to the server that is configured, and says why when there is none',
  async () => {
    const port = await freePort();
    const machine = {
      ...here.machine,
      config: { ...here.machine.config, iperf3Server: `127.0.0.1:${port}` },
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

test('answers that are not understood are errors', () => {
  expect(() => parseFio('fio: bad option')).toThrow();
  expect(() => parseFio('{"jobs":[{"error":22}]}')).toThrow(/error 22/);
  expect(() => parseIperf3('{"error":"the server is busy"}')).toThrow('iperf3: the server is busy');
  expect(parseServer('[::1]:7')).toEqual({ host: '::1', port: 7 });
  expect(parseServer('guest0')).toEqual({ host: 'guest0', port: 5201 });
});
