import { groupBy } from '@nestwatch/common/group-by';
import type { KnownNode } from '../../read/nodes.ts';
import type { Result } from '../../read/result.ts';
import type { Span } from '../../read/span.ts';

/** One side of a comparison. */
export interface Side {
  readonly label: string;
  readonly span: Span;
  /** The results of a node that are on this side, oldest first. */
  resultsOf(node: string): readonly Result[];
}

/** The two sides, and what belongs together. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
  /** Whose environment decides for a node, where it is not its own. */
  readonly dividedBy: ReadonlyMap<string, KnownNode>;
  /** What could not be put on either side, a sentence each. */
  readonly notes: readonly string[];
}

/** A side that holds a whole span. */
export function wholeSide(label: string, span: Span): Side {
  return { label, span, resultsOf: resultsByNode(span.results) };
}

export function resultsByNode(results: readonly Result[]): (node: string) => readonly Result[] {
  const byNode = groupBy(results, ({ node }) => node);
  return (node) => byNode.get(node) ?? [];
}
