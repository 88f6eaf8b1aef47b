import type { Pair } from './baseline.ts';

/** A result as a stream takes it into account, in the order of the rounds. */
export interface Observation extends Pair {
  /** When it was measured, µs since 1970. */
  readonly timeUs: number;
  /** Results of unlike machines are never compared. */
  readonly machine: string;
  /** What on that machine may be upgraded: kernel, hypervisor and so on, in any form that differs when it does. */
  readonly environment: string;
  /**
   * Marked as disturbed by the node that measured it. "void": the measurement itself is in doubt (lease lost, clock
   * stepped), neither judged nor learned from. "loaded": right, but under load (steal, pressure): a slowdown that
   * people feel, so it is judged, and not learned from once there is a baseline without it.
   */
  readonly disturbed?: 'void' | 'loaded';
}

/** Natural logarithm of the time here over the time at the reference. */
export function ratio(pair: Pair): number {
  return pair.own - pair.reference;
}
