import type { Change, Verdict } from '@nestwatch/common/compare-times';
import type { Point } from '../../read/cells.ts';
import type { KnownNode } from '../../read/nodes.ts';
import type { StreamId } from '../../read/result.ts';

/** What `nestwatch compare` says of two sides: before and after, one lab and another, one kernel and another. */
export interface Comparison {
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** The smallest ratio of times that is worth a word. */
  readonly worth: number;
  /** The ratio above which a slower stream fails; absent where nothing fails. */
  readonly failAbove?: number;
  readonly counts: Readonly<Record<RowVerdict, number>>;
  /** Benchmarks before probes, by name. */
  readonly streams: readonly ComparedStream[];
  readonly environment: readonly EnvironmentDifference[];
  /** What the reader has to know before believing it, a sentence each. */
  readonly notes: readonly string[];
}

/** Times are µs since 1970. */
export interface ComparedSide {
  /** "before 2026-11-20", "kernel 6.1", "lab a". */
  readonly label: string;
  readonly lab: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Results on this side, of all nodes and streams. */
  readonly results: number;
  /** When the first and the last of them stand; absent where there are none. */
  readonly firstUs?: number;
  readonly lastUs?: number;
}

/** One benchmark, or probe, on every node that has it. */
export interface ComparedStream extends StreamId {
  /** Name of the target where it is known, else its id; empty where there is none. */
  readonly targetName: string;
  readonly unit: string;
  /** By layer and name. */
  readonly rows: readonly ComparedRow[];
}

export type RowVerdict = Verdict | 'not compared';

export interface ComparedRow extends Pick<KnownNode, 'node' | 'name' | 'layer'> {
  readonly before: Figures;
  readonly after: Figures;
  /** How many times as long it takes after as before: above 1 is slower, for throughput as well. */
  readonly change?: Change;
  /** The same of the ratio to its parent in the same rounds: what changed in this layer alone. */
  readonly againstParent?: Change;
  readonly verdict: RowVerdict;
  /** Why there is no verdict; absent if there is one. */
  readonly why?: string;
  /** Slower by more than is allowed. */
  readonly fails: boolean;
  /** The machine above it whose environment decides on which side its results are; absent where its own does. */
  readonly dividedBy?: Pick<KnownNode, 'node' | 'name'>;
}

export interface Figures {
  /** Rounds that count; of probes, windows. */
  readonly rounds: number;
  /** Rounds that do not: the measurement itself was in doubt. */
  readonly doubtful: number;
  /** Rounds that do not: other settings. */
  readonly otherSettings: number;
  /** Median time of one unit of work; absent without rounds. */
  readonly secondsPerUnit?: number;
  /** What counts, oldest first, for charts: seconds for one unit. */
  readonly points: readonly Point[];
}

export interface EnvironmentDifference extends Pick<KnownNode, 'node' | 'name' | 'layer'> {
  readonly property: string;
  /** "6.1.0-37 → 6.12.117"; of a list, what went and what came. */
  readonly text: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** When what is new was first seen, µs since 1970; absent for two labs. */
  readonly sinceUs?: number;
}

/** The comparison as JSON, without the single results. */
export function comparisonAsJson(comparison: Comparison): string {
  return JSON.stringify(comparison, (key, value: unknown) => (key === 'points' ? undefined : value), 2);
}
