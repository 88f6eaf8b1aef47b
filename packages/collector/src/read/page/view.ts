import type { LabRow } from '../lab-row.ts';

/** What the lab page shows of one lab, read from InfluxDB. Times are µs since 1970 on the collector's clock. */
export interface LabView {
  readonly lab: string;
  /** Every lab that ever reported. */
  readonly labs: readonly string[];
  readonly nowUs: number;
  /** By layer, then by name. */
  readonly nodes: readonly NodeView[];
  readonly alerts: readonly AlertView[];
  /** Newest first. */
  readonly events: readonly EventView[];
}

export interface NodeView {
  readonly node: string;
  readonly name: string;
  /** 0 is the hypervisor; undefined until the collector knows. */
  readonly layer: number | undefined;
  /** As in the lab table. */
  readonly place: LabRow['place'];
  readonly parent: string | undefined;
  readonly lastSeenUs: number;
  /** True when nothing came for longer than `SILENT_AFTER_SECONDS`. */
  readonly silent: boolean;
  /** Fields of the last capability report, by catalogue name. Empty when there was none. */
  readonly capability: Readonly<Record<string, string | number>>;
  readonly verdicts: readonly VerdictView[];
  readonly metrics: Readonly<Record<string, MetricView>>;
  readonly benchmarks: readonly BenchmarkView[];
}

/** A verdict that is not a pass, or any on a node's own page. */
export interface VerdictView {
  readonly rule: string;
  /** 1 pass, 2 information, 3 warning, 4 failure, 5 unknown. */
  readonly level: number;
  readonly summary: string;
  readonly advice: string;
}

/** One measured quantity over the last hour. */
export interface MetricView {
  /** Value of the newest minute. */
  readonly last: number;
  readonly points: readonly { readonly atUs: number; readonly value: number }[];
}

/** Results of one benchmark, variant and target on one node, newest first. */
export interface BenchmarkView {
  readonly benchmark: string;
  readonly variant: string;
  readonly target: string;
  readonly unit: string;
  readonly results: readonly { readonly atUs: number; readonly secondsPerUnit: number }[];
  /** Median of the last results. */
  readonly secondsPerUnit: number;
  /** The same divided by the parent's; undefined where either is missing. */
  readonly vsParent?: number;
}

/** An alert that fires. */
export interface AlertView {
  /** "lab" where it concerns the lab as a whole. */
  readonly node: string;
  readonly name: string;
  readonly layer: number | undefined;
  readonly rule: string;
  /** What within the node, such as a benchmark; may be empty. */
  readonly subject: string;
  readonly severity: 'information' | 'warning' | 'critical';
  readonly text: string;
  readonly sinceUs: number;
  /** True when a silence keeps it from being sent. */
  readonly silenced: boolean;
}

export interface EventView {
  readonly atUs: number;
  readonly name: string;
  readonly layer: number | undefined;
  readonly text: string;
}

/** A node that reports every 10 s has missed six reports by then. */
export const SILENT_AFTER_SECONDS = 60;
