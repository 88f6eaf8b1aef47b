import type { Quantities } from '../../read/quantities.ts';

/** A node before and since the slowdown. */
export interface NodeEvidence {
  readonly node: string;
  readonly name: string;
  readonly layer?: number;
  readonly before: Quantities;
  readonly since: Quantities;
  /** Its own slowdown against its own past at the same benchmark; absent when unknown. */
  readonly selfSlowdown?: number;
}

/** All that an explanation may use: the slow node, and how the others of its lab fared. */
export interface Evidence {
  readonly slow: NodeEvidence;
  /** Its parents, nearest first. */
  readonly above: readonly NodeEvidence[];
  /** Everybody else: other branches, and what is below it. */
  readonly others: readonly NodeEvidence[];
  /** How many times slower it is. */
  readonly factor: number;
}
