import type { StoredAlert } from '../../read/alerts.ts';
import type { CapabilityState } from '../../read/node-state.ts';
import type { KnownNode } from '../../read/nodes.ts';
import type { StreamId } from '../../read/result.ts';
import type { Standing } from '../detect/standing.ts';

/** What `nestwatch report` says of a lab over a span of time. Times are µs since 1970; ratios are of times. */
export interface Report {
  readonly lab: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** By layer and name. */
  readonly nodes: readonly ReportNode[];
  readonly benchmarks: readonly ReportBenchmark[];
  /** Lasting changes of level, found by looking back. */
  readonly changes: readonly ReportChange[];
  /** Newest first. */
  readonly alerts: readonly StoredAlert[];
  readonly advice: readonly ReportAdvice[];
}

export interface ReportNode
  extends Pick<KnownNode, 'node' | 'name' | 'layer' | 'parent' | 'lastSeenUs'>,
    Pick<CapabilityState, 'canHost' | 'guestsRunning' | 'snapshotSafe'> {}

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

export interface ReportAdvice extends Pick<KnownNode, 'node' | 'name'> {
  readonly level: 'warning' | 'failure' | 'information';
  readonly summary: string;
  readonly advice: string;
}
