import type { Benchmark, Size } from '../benchmarks/benchmark.ts';

/** What all nodes of a lab run after each other at one nominal time. */
export interface ScheduledRun {
  readonly benchmarks: readonly Benchmark[];
  readonly size: Size;
  /** The nominal time that all nodes of the lab share, ms since 1970. */
  readonly nominalMs: number;
  /** When the round ends, in the shared time. */
  readonly untilMs: number;
  /** For a canary: what it runs for. */
  readonly trigger?: string;
}

/** The id that all nodes give to one nominal time of one benchmark: "cpu.sha256@2026-01-31T06:00:00Z". */
export function roundId(benchmark: string, nominalMs: number): string {
  return `${benchmark}@${new Date(nominalMs).toISOString().replace(/\.000Z$/, 'Z')}`;
}
