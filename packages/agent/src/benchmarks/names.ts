import { UsageError } from '@nestwatch/common/errors';

/**
 * Names in configuration, messages and command lines, in the order in which a round runs the benchmarks. Apart from
 * the benchmarks themselves, because settings need the names at every start and the benchmarks at hardly any.
 */
export const BENCHMARK_NAMES = [
  'cpu.sha256',
  'cpu.shell-loop',
  'disk.read',
  'net.http',
  'proc.spawn',
  'mem.first-touch',
  'exit.cpuid',
  'timer.latency',
  'guest.install',
  'guest.canary',
  'disk.fio',
  'net.iperf3',
] as const;

export type BenchmarkName = (typeof BENCHMARK_NAMES)[number];

/** What a round runs only where it is named: it needs something to be set up, or has times of its own. */
const ON_DEMAND: ReadonlySet<BenchmarkName> = new Set([
  'guest.install',
  'guest.canary',
  'disk.fio',
  'net.iperf3',
]);

/** What runs where nothing is configured. */
export const DEFAULT_BENCHMARKS: readonly BenchmarkName[] = BENCHMARK_NAMES.filter(
  (name) => !ON_DEMAND.has(name),
);

export function isBenchmarkName(name: string): name is BenchmarkName {
  return BENCHMARK_NAMES.some((each) => each === name);
}

/** The same names, known to exist. @throws UsageError for one that does not. */
export function benchmarkNames(names: readonly string[]): BenchmarkName[] {
  return names.map((name) => {
    if (isBenchmarkName(name)) return name;
    throw new UsageError(`unknown benchmark "${name}"; known: ${BENCHMARK_NAMES.join(', ')}`);
  });
}
