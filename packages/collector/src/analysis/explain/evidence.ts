/** What was measured on one node over a span: means of what varies, the last of what does not. */
export interface Quantities {
  readonly stealRatio?: number;
  /** Cost of one exit, µs. */
  readonly exitUs?: number;
  /** Exits per second of all its guests together. */
  readonly exitsPerSecond?: number;
  readonly guestsRunning?: number;
  /** Virtual CPUs given to its guests. */
  readonly guestsVcpus?: number;
  readonly cpus?: number;
  readonly clocksource?: string;
  readonly memoryAvailableRatio?: number;
  /** Share of time in which some thread waited for memory. */
  readonly memoryPressureRatio?: number;
  /** Share of time in which some thread waited for a CPU. */
  readonly cpuPressureRatio?: number;
  /** Facts by name, such as "kvm_modules.parameters". Lists are joined by commas. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A node before and since the slowdown. */
export interface NodeEvidence {
  readonly node: string;
  readonly name: string;
  readonly layer?: number;
  readonly before: Quantities;
  readonly since: Quantities;
  /** Its own slowdown against its own past at the same benchmark; absent when unknown. */
  readonly selfSlowdown?: number;
}

/** All that an explanation may use: the slow node, and how the others of its lab fared. */
export interface Evidence {
  readonly slow: NodeEvidence;
  /** Its parents, nearest first. */
  readonly above: readonly NodeEvidence[];
  /** Everybody else: other branches, and what is below it. */
  readonly others: readonly NodeEvidence[];
  /** How many times slower it is. */
  readonly factor: number;
}
