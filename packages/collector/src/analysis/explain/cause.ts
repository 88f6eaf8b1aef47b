import type { Evidence, NodeEvidence } from './evidence.ts';

/** Something that changed together with the slowdown. */
export interface Cause {
  /** One sentence in words and figures. */
  readonly text: string;
  /**
   * How much of the slowdown it would account for, in logarithms: 1 is all. Where that cannot be computed, the
   * cause's own estimate.
   */
  readonly weight: number;
}

/** Looks for one kind of cause. */
export type CauseFinder = (evidence: Evidence) => Cause[];

/** What one machine tells; undefined when it does not tell anything. */
type MachineFinder = (node: NodeEvidence, evidence: Evidence) => Cause | undefined;

/** Looks at each machine above the slow one. */
export function above(find: MachineFinder): CauseFinder {
  return (evidence) => evidence.above.flatMap((node) => find(node, evidence) ?? []);
}

/** Looks at the slow machine and at each above it. */
export function onPath(find: MachineFinder): CauseFinder {
  return (evidence) => [evidence.slow, ...evidence.above].flatMap((node) => find(node, evidence) ?? []);
}

/** Share of a slowdown that a factor of its own would account for, 0 to 1. */
export function share(factor: number, slowdown: number): number {
  if (!(factor > 1) || !(slowdown > 1)) return 0;
  return Math.min(1, Math.log(factor) / Math.log(slowdown));
}
