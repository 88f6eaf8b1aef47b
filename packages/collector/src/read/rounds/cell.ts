import type { RoundResult } from '../result.ts';

/** One result of a round with all that its tables show, from a message or from InfluxDB. */
export interface Cell extends RoundResult {
  readonly name: string;
  readonly benchmark: string;
  readonly distanceLayers?: number;
  readonly unit: string;
  /** As in benchmark.proto. */
  readonly outcome: number;
  readonly reason: string;
}

/** Nodes of the cells, by layer and name. */
export function nodesOf(cells: readonly Cell[]): Cell[] {
  const byNode = new Map(cells.map((cell) => [cell.node, cell]));
  return [...byNode.values()].sort(
    (a, b) =>
      (a.layer ?? 99) - (b.layer ?? 99) || a.name.localeCompare(b.name) || a.node.localeCompare(b.node),
  );
}
