/** What a trace found: the exits of each monitor's process, by reason. It goes from the helper to the agent as JSON. */
export interface ExitTrace {
  /** How long exits were counted. */
  readonly seconds: number;
  /** `sums`: the kernel counted each exit. `records`: counted from records, of which some may be missing. */
  readonly method: Method;
  /** Share of the records that found no room. Counts of `records` are scaled up by it. */
  readonly missedRatio: number;
  readonly processes: readonly ProcessExits[];
}

export const METHODS = ['sums', 'records'] as const;
type Method = (typeof METHODS)[number];

export interface ProcessExits {
  readonly pid: number;
  readonly reasons: readonly ReasonExits[];
}

export interface ReasonExits {
  /** As this kernel calls it, such as "npf" (SVM) or "EPT_VIOLATION" (VMX). */
  readonly reason: string;
  /** True: exits of guests of this guest, which are among the others as well. */
  readonly nested: boolean;
  readonly count: number;
  /** Mean time from the exit to the next entry, over those that were recorded; absent where none was. */
  readonly meanUs?: number;
}

/** Bounds of what one trace may tell. */
export const TRACE_LIMITS = { processes: 64, reasons: 96, reasonCharacters: 40 } as const;

/** Longest trace. */
export const LONGEST_TRACE_MS = 10_000;
/** Minimum time between two traces. */
export const TRACE_EVERY_MS = 60_000;
