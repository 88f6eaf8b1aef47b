import type { NodeState } from '../read/node-state.ts';
import { type StreamId, titleOf } from '../read/result.ts';
import type { Standing } from './detect/standing.ts';
import type { EnvironmentChange } from './environment/changes.ts';

/** All that the rules may know of one lab at one moment. Rules are pure functions over it. */
export interface JudgedLab {
  readonly lab: string;
  /** The collector's clock, µs since 1970. */
  readonly nowUs: number;
  readonly nodes: ReadonlyMap<string, JudgedNode>;
  readonly pipeline: PipelineView;
}

export interface PipelineView {
  /** Messages in the stream that are not yet in InfluxDB. Absent when NATS did not say. */
  readonly pending?: number;
  /**
   * Since when hardly anything waits, µs since 1970; absent while much does. What InfluxDB does not have since
   * then was not sent; before, it may only not have been written.
   */
  readonly caughtUpSinceUs?: number;
  /** Why InfluxDB could not be read; absent when it could. */
  readonly influxError?: string;
}

/** A node with how its benchmarks and probes stand. */
export interface JudgedNode extends NodeState {
  readonly streams: readonly StreamView[];
  /** What changed in its environment, oldest first. */
  readonly changes?: readonly EnvironmentChange[];
}

/** What a stream of results is compared with. */
export type Against = 'parent' | 'base' | 'self';

/** One benchmark (or probe) of one node against one reference, judged. */
export interface StreamView extends StreamId {
  readonly against: Against;
  readonly standing: Standing;
  /** Times of the rounds in which this node gave a result, newest last, µs since 1970. */
  readonly resultTimesUs: readonly number[];
  /** Rounds of the lab after the newest result, in which this node gave none, oldest first. */
  readonly missed: readonly MissedRound[];
}

export interface MissedRound {
  readonly timeUs: number;
  /** Why, as the node said; empty when it said nothing. */
  readonly reason: string;
}

/** "cpu.sha256 warm from guest1": how a stream is called. By default with the other machine's id, which stays the same. */
export function streamName(
  { benchmark, variant, target }: StreamId,
  named: (node: string) => string = (node) => node,
): string {
  return `${titleOf({ benchmark, variant })}${target === '' ? '' : ` from ${named(target)}`}`;
}

/** The same for people: the other machine by its name. */
export function streamText(view: JudgedLab, stream: StreamId): string {
  return streamName(stream, (node) => view.nodes.get(node)?.name ?? node);
}
