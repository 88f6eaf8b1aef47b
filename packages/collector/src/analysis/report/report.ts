import type { StoredAcceptance } from '../../read/acceptances.ts';
import type { StoredAlert } from '../../read/alerts.ts';
import type { StoredExitTrace } from '../../read/exit-traces.ts';
import type { GuestQuantities } from '../../read/guest-quantities.ts';
import type { GuestRow } from '../../read/guests.ts';
import type { LabRow } from '../../read/lab-table.ts';
import type { CapabilityState } from '../../read/node-state.ts';
import type { KnownNode } from '../../read/nodes.ts';
import type { StreamId } from '../../read/result.ts';
import type { LabChanges } from '../changes/changes.ts';
import type { Standing } from '../detect/standing.ts';

/** What `nestwatch report` says of a lab over a span of time. Times are µs since 1970; ratios are of times. */
export interface Report {
  readonly lab: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** What is different at its end from what was at its start. */
  readonly differences: LabChanges;
  /** By layer and name. */
  readonly nodes: readonly ReportNode[];
  readonly benchmarks: readonly ReportBenchmark[];
  /** Lasting changes of level by 1.1 times or more, found by looking back. */
  readonly changes: readonly ReportChange[];
  /** Those by less. */
  readonly smallChanges: readonly ReportChange[];
  /** What each stream could have shown, and its alerts. */
  readonly detections: readonly ReportDetection[];
  /** Guests that the machine which runs them held back: by a cgroup, behind others, or in swap. */
  readonly heldBack: readonly HeldBackGuest[];
  /** Newest first. */
  readonly alerts: readonly StoredAlert[];
  /** Oldest first; those that were taken back are left out. */
  readonly acceptances: readonly StoredAcceptance[];
  /** Why guests exit, as traced last within the span. */
  readonly exits: readonly StoredExitTrace[];
  /** Guests without an agent, as they were seen last from outside. */
  readonly guests: readonly ReportGuest[];
  readonly advice: readonly ReportAdvice[];
}

export interface ReportNode
  extends Pick<KnownNode, 'node' | 'name' | 'layer' | 'parent' | 'lastSeenUs'>,
    Pick<LabRow, 'place'>,
    Pick<CapabilityState, 'canHost' | 'guestsRunning' | 'snapshotSafe'> {
  /** Whether the newest canary booted; absent where none ran. */
  readonly boots?: boolean;
}

/** A guest in which no agent reports, on the machine `name`. */
export interface ReportGuest extends GuestRow, Pick<KnownNode, 'name'> {}

/** One benchmark, or probe, on every node that has it. */
export interface ReportBenchmark extends StreamId {
  /** Name of the target where it is known, else its id; empty where there is none. */
  readonly targetName: string;
  /** What one unit is, such as "byte". */
  readonly unit: string;
  readonly rows: readonly ReportRow[];
}

/** How a node stands is from the comparison with its parent, else with its own past. */
export interface ReportRow
  extends Pick<KnownNode, 'node' | 'name' | 'layer'>,
    Pick<Standing, 'state' | 'slowdown' | 'minimumDetectable'> {
  readonly results: number;
  /** Seconds for one unit of work. */
  readonly secondsPerUnit: Spread;
  readonly vsParent?: Spread;
  readonly vsBase?: Spread;
}

/** Median and quartiles over the span. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface ReportChange extends Pick<KnownNode, 'node' | 'name'> {
  readonly timeUs: number;
  readonly stream: string;
  readonly against: 'parent' | 'self';
  /** Times after over times before: above 1 is slower. */
  readonly factor: number;
  /** Chance of a change this clear by luck. */
  readonly chance: number;
}

/**
 * What could have been seen in one stream, and how many of its alerts went by. Over the history that
 * was read, which may begin before the report's span.
 */
export interface ReportDetection extends StreamId, Pick<KnownNode, 'node' | 'name' | 'layer'> {
  /** How the stream is called. */
  readonly stream: string;
  /** Results, and when the first of them was measured. */
  readonly rounds: number;
  readonly sinceUs: number;
  /** Against its own past, and against its parent in the same rounds; absent while too little is known. */
  readonly self?: Sight;
  readonly parent?: Sight;
  /** The comparison that shows more; absent where there are not both. */
  readonly trust?: 'self' | 'parent';
  readonly told: ReportTold;
}

/** What one comparison could show. */
export interface Sight {
  /** Spread of one round around the usual, as a share: 0.05 is ±5 %. */
  readonly noise: number;
  /** Smallest slowdown that is found within three rounds in 95 of 100 cases, as a ratio of times. */
  readonly minimumDetectable: number;
}

/** Alerts about one stream since its first result. */
export interface ReportTold {
  readonly alerts: number;
  readonly firing: number;
  /** An operator said that it is the normal speed. */
  readonly accepted: number;
  /**
   * Over by itself within ten rounds, not accepted, and without a change of the node or of a machine above it right
   * before. Most false alarms are among these, and so is a real slowdown that somebody ended.
   */
  readonly passed: number;
}

/** A guest as the machine sees it that runs it; medians and last values over the span. */
export interface HeldBackGuest
  extends Pick<KnownNode, 'node' | 'name'>,
    Pick<GuestQuantities, 'limitCpus' | 'throttledRatio' | 'swappedBytes' | 'memoryStallRatio'> {
  /** Its name there. */
  readonly guest: string;
  /** In words and figures. */
  readonly how: string;
}

export interface ReportAdvice extends Pick<KnownNode, 'node' | 'name'> {
  readonly level: 'warning' | 'failure' | 'information';
  readonly summary: string;
  readonly advice: string;
}
