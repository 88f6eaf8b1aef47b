import { v1 } from '@nestwatch/proto';
import type { Environment } from './environment.ts';

/** What of a result decides which others it may be compared with. */
export interface Comparable {
  readonly node: string;
  /** Shared by the nodes that measured for the same nominal time; empty for a run of its own. */
  readonly round: string;
  readonly variant: string;
  /** For transfers: the node that sent; empty for all else. */
  readonly target: string;
  /** Equal where the same work was done. */
  readonly argumentsHash: string;
  readonly timeUs: number;
  /** Absent when it was not measured. */
  readonly secondsPerUnit?: number;
}

/** What tells one stream of results from another on the same node. */
export type StreamId = Pick<Result, 'benchmark' | 'variant' | 'target'>;

/** One result, with the layer position that its node had when it measured. */
export interface RoundResult extends Comparable, Pick<Outcome, 'disturbances'> {
  /** Node id of the parent; "none" where there is none that reports, and empty or "unknown" while it is not known. */
  readonly parent: string;
  /** Absent while it is not known. */
  readonly layer?: number;
}

/** What one benchmark found, however it ended. */
export interface Outcome {
  readonly benchmark: string;
  /** What one unit is, such as "byte". */
  readonly unit: string;
  /** As in benchmark.proto. */
  readonly outcome: number;
  /** Why it was not measured; empty when it was. */
  readonly reason: string;
  /** What disturbed it, separated by "; "; empty when nothing did. */
  readonly disturbances: string;
}

/** One benchmark result, or the summary of a probe over one window, as read back from InfluxDB. */
export interface Result extends Comparable, Outcome {
  /** Under what it was measured; absent where nothing says so, as for probes. */
  readonly environment?: Environment;
}

/** One result of a round with all that its tables show, from a message or from InfluxDB. */
export interface Cell extends RoundResult, Outcome {
  readonly name: string;
  readonly distanceLayers?: number;
}

const { FAILED, SKIPPED, TIMED_OUT } = v1.BenchmarkResult.Outcome;

/** Outcomes that say that there could have been a result. */
export const MISSED_OUTCOMES: readonly number[] = [FAILED, SKIPPED, TIMED_OUT];

/** "disk.read cold 1GiB": how a benchmark is called, by its name and variant. */
export function titleOf({ benchmark, variant }: Partial<Pick<StreamId, 'benchmark' | 'variant'>>): string {
  return [benchmark, variant].filter(Boolean).join(' ');
}

/** Equal for the results of one stream. */
export function streamKey({ benchmark, variant, target }: StreamId): string {
  return [benchmark, variant, target].join('\0');
}

/** Disturbances that mean load; all others put the measurement itself in doubt. */
const LOADS = ['steal:', 'pressure:'];

export function disturbedHow({ disturbances }: Result): 'void' | 'loaded' | undefined {
  if (disturbances === '') return undefined;
  const all = disturbances.split('; ');
  return all.every((each) => LOADS.some((load) => each.startsWith(load))) ? 'loaded' : 'void';
}

/** µs since 1970 of the nominal time in a round's id ("cpu.sha256@2026-01-31T06:00:00Z"); undefined when it has none. */
export function nominalUs(round: string): number | undefined {
  const ms = Date.parse(round.slice(round.lastIndexOf('@') + 1));
  return Number.isNaN(ms) ? undefined : ms * 1000;
}
