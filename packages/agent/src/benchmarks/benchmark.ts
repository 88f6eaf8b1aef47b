import type { Clock } from '@nestwatch/common/clock';
import type { v1 } from '@nestwatch/proto';
import type { Host, Missing } from '../host/host.ts';
import type { BenchmarkName } from './names.ts';

/**
 * A benchmark is a heavy measurement, run rarely and one at a time in a whole lab.
 *
 * The contract, apart from that of probes: `plan` runs in the agent, reads little, and chooses the sizes for this
 * machine within the limits, or says why it cannot be measured here. `work` runs in a child process that started
 * from the same program, at low priority; it yields each measurement as soon as it is complete, stops soon after
 * its signal is aborted (the child's whole process group is killed in any case, at the time limit or when the agent
 * ends), writes nowhere but below its scratch folder, and opens block devices for reading only.
 * A benchmark that cannot run is skipped, never queued up behind the next one.
 */
export interface Benchmark<Settings = unknown> {
  readonly name: BenchmarkName;
  /** One line for `nestwatch-agent bench --list`: exactly what it does. */
  readonly meaning: string;
  plan(context: PlanContext): Promise<Plan<Settings>>;
  work(settings: Settings, context: WorkContext): AsyncIterable<Measured>;
}

/** tiny fits an emulated lab and tests, small a guest with 1 GB of memory, full is the article's setting. */
export const SIZES = ['tiny', 'small', 'full'] as const;
export type Size = (typeof SIZES)[number];
export type BySize<T> = Readonly<Record<Size, T>>;

export type Plan<Settings> =
  | {
      readonly state: 'ready';
      /** JSON: it travels to the child process over a pipe. */
      readonly settings: Settings;
      /** The child is killed after this many ms, when that is less than the configured limit. */
      readonly limitMs?: number;
    }
  /** Why it cannot be measured here. */
  | Missing;

export interface PlanContext {
  readonly size: Size;
  readonly host: Host;
  readonly limits: Limits;
  readonly config: BenchmarkConfig;
  /** Nodes that announced a payload server for this round; for net.http. */
  readonly targets: readonly Target[];
}

/** What a benchmark may use on this machine at this moment. */
export interface Limits {
  readonly memoryBytes: number;
  /** Memory of the machine, for telling whether a working set exceeds it. */
  readonly memoryTotalBytes: number;
  readonly diskBytes: number;
}

/** Settings of this node that running benchmarks takes; what they mean stands where they are declared. */
export interface BenchmarkConfig {
  readonly 'benchmarks.time-limit': number;
  readonly 'benchmarks.memory-share': number;
  readonly 'benchmarks.disk-share': number;
  readonly 'benchmarks.steal-limit': number;
  readonly 'benchmarks.pressure-limit': number;
  readonly 'benchmarks.device': string;
  readonly 'benchmarks.http-time-limit': number;
  readonly 'benchmarks.kernel': string;
  readonly 'benchmarks.qemu': string;
  readonly 'benchmarks.iperf3-server': string;
  readonly 'benchmarks.install': InstallCommand | undefined;
}

/** The operator's own way of installing a guest. Only the node's configuration file can set it. */
export interface InstallCommand {
  readonly command: readonly string[];
  /** Must end with status 0 for the installation to count. */
  readonly success: readonly string[];
  /** Runs afterwards in any case. */
  readonly cleanup: readonly string[];
  readonly limitMs: number;
}

/** A node that serves the payload of net.http during a round. */
export interface Target {
  readonly node: string;
  /** What people call it; its id where it has no name. */
  readonly name: string;
  /** "address:port", in the order in which to try them. */
  readonly addresses: readonly string[];
  /** Of that node; of the round where it is an agent of 0.1.0. */
  readonly token: string;
  /** An agent of 0.1.0, which proves who it is to who bears the token only. */
  readonly isOlder?: boolean;
  /** What it announced and is not asked at, each with the reason. */
  readonly refused?: readonly string[];
  /** Layers between here and there; 0 is this node itself. Absent while a position in the lab is unknown. */
  readonly distanceLayers?: number;
}

export interface WorkContext {
  readonly host: Host;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** An existing empty folder that is removed afterwards. */
  readonly scratch: string;
  /** What is being done, for people who wait. */
  progress(text: string): void;
}

export type Outcome = Exclude<keyof typeof v1.BenchmarkResult.Outcome, 'OUTCOME_UNSPECIFIED'>;

/** One measurement within a benchmark, with every repetition. */
export interface Measured {
  /** What was measured, from a bounded set, such as "cold 1GiB"; empty when there is only one. */
  readonly variant: string;
  readonly outcome: Outcome;
  /** Why there is no value; empty when there is one. */
  readonly reason: string;
  readonly unit: Unit;
  readonly repetitions: readonly Repetition[];
  /** On CLOCK_MONOTONIC, which parent and child share. */
  readonly startedMonoUs: number;
  readonly endedMonoUs: number;
  readonly engine: string;
  readonly engineVersion: string;
  /** What must be equal for two results to be comparable; hashed into the message. */
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly exceedsMemory?: boolean;
  readonly target?: string;
  readonly targetName?: string;
  readonly distanceLayers?: number;
}

export type Unit = 'byte' | 'iteration' | 'spawn' | 'exit' | 'page' | 'run' | 'operation' | 'wakeup';

export interface Repetition {
  readonly durationUs: number;
  /** Units of work done in that time. */
  readonly units: number;
}
