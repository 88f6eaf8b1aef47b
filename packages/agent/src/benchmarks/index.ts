import type { Benchmark } from './benchmark.ts';
import { cpuSha256 } from './cpu-sha256.ts';
import { cpuShellLoop } from './cpu-shell-loop.ts';
import { diskFio } from './disk-fio.ts';
import { diskRead } from './disk-read.ts';
import { exitCpuid } from './exit-cpuid.ts';
import { guestCanary } from './guest-canary.ts';
import { guestInstall } from './guest-install.ts';
import { memFirstTouch } from './mem-first-touch.ts';
import { BENCHMARK_NAMES, type BenchmarkName, benchmarkNames, isBenchmarkName } from './names.ts';
import { netHttp } from './net-http.ts';
import { netIperf3 } from './net-iperf3.ts';
import { procSpawn } from './proc-spawn.ts';
import { timerLatency } from './timer-latency.ts';

const byName: Readonly<Record<BenchmarkName, Benchmark>> = {
  'cpu.sha256': cpuSha256,
  'cpu.shell-loop': cpuShellLoop,
  'disk.read': diskRead,
  'net.http': netHttp,
  'proc.spawn': procSpawn,
  'mem.first-touch': memFirstTouch,
  'exit.cpuid': exitCpuid,
  'timer.latency': timerLatency,
  'guest.install': guestInstall,
  'guest.canary': guestCanary,
  'disk.fio': diskFio,
  'net.iperf3': netIperf3,
};

/** Every benchmark, in the order in which a round runs them. */
export const benchmarks: readonly Benchmark[] = BENCHMARK_NAMES.map((name) => byName[name]);

export function findBenchmark(name: string): Benchmark | undefined {
  return isBenchmarkName(name) ? byName[name] : undefined;
}

/**
 * The named benchmarks, in the order of the names.
 * @param off names of those that are left out
 * @throws UsageError for a name that does not exist.
 */
export function chooseBenchmarks(names: readonly string[], off: readonly string[] = []): Benchmark[] {
  return benchmarkNames(names)
    .filter((name) => !off.includes(name))
    .map((name) => byName[name]);
}
