import type { StoredAlert } from '../../read/alerts.ts';
import type { NewestAmplification } from '../../read/amplifications.ts';
import type { Point } from '../../read/cells.ts';
import type { CapabilityFields, LabEvent } from '../../read/lab-page.ts';
import type { PositionBasis } from '../../read/lab-table.ts';
import type { NewestSlowdown } from '../../read/newest-slowdowns.ts';
import type { KnownNode } from '../../read/nodes.ts';
import type { Thinned } from '../../read/over-history.ts';
import type { Result } from '../../read/result.ts';
import type { Verdict } from '../../read/verdicts.ts';

/** What the lab page shows of one lab, read from InfluxDB. Times are µs since 1970 on the collector's clock. */
export interface LabView {
  readonly lab: string;
  /** Every lab that ever reported. */
  readonly labs: readonly string[];
  readonly nowUs: number;
  /** Where quantities begin. */
  readonly fromUs: number;
  /** Whether it is shown up to now, and not a span that is over. */
  readonly isLive: boolean;
  /** What of the quantities only thinned-out points tell. */
  readonly thinned: Thinned;
  /** By layer, then by name. */
  readonly nodes: readonly NodeView[];
  /** Those that fire. */
  readonly alerts: readonly StoredAlert[];
  /** Newest first. */
  readonly events: readonly LabEvent[];
}

/** One node of it. */
export interface NodeView extends KnownNode {
  /** As in the lab table. */
  readonly place?: PositionBasis;
  /** True when nothing came for three minutes. */
  readonly silent: boolean;
  /** Fields of the last capability message, by catalogue name. Empty when there was none. */
  readonly capability: CapabilityFields;
  /** The worst first. */
  readonly verdicts: readonly Verdict[];
  readonly metrics: Readonly<Record<string, MetricView>>;
  readonly benchmarks: readonly BenchmarkView[];
  /** Absent where it runs no guests that exit, or its parent does not count. */
  readonly amplification?: NewestAmplification;
  /** How it compares with what is usual, where it is slowest; absent while nothing is known of that. */
  readonly slowdown?: NewestSlowdown;
}

/** One measured quantity over the span that is shown. */
export interface MetricView {
  /** The newest value. */
  readonly last: number;
  readonly points: readonly Point[];
}

/** Results of one benchmark, variant and target on one node, newest first. */
export interface BenchmarkView extends Pick<Result, 'benchmark' | 'variant' | 'target' | 'unit'> {
  readonly results: readonly { readonly atUs: number; readonly secondsPerUnit: number }[];
  /** Median of the last results. */
  readonly secondsPerUnit: number;
  /** Median ratio to the parent in the last rounds that both measured alike; absent where there is none. */
  readonly vsParent?: number;
}
