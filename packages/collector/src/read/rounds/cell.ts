import type { RoundResult } from '../../analysis/rounds/compare.ts';

/** One result of a round with all that its tables show, from a message or from InfluxDB. */
export interface Cell extends Omit<RoundResult, 'disturbed'> {
  readonly name: string;
  readonly benchmark: string;
  readonly distanceLayers?: number;
  readonly unit: string;
  /** As in benchmark.proto. */
  readonly outcome: number;
  readonly reason: string;
  readonly disturbances: string;
}

/** A cell as a result that is compared with others. */
export function toRoundResult(cell: Cell): RoundResult {
  return { ...cell, disturbed: cell.disturbances !== '' };
}

/** Nodes of the cells, by layer and name. */
export function nodesOf(cells: readonly Cell[]): Cell[] {
  const byNode = new Map(cells.map((cell) => [cell.node, cell]));
  return [...byNode.values()].sort(
    (a, b) =>
      (a.layer ?? 99) - (b.layer ?? 99) || a.name.localeCompare(b.name) || a.node.localeCompare(b.node),
  );
}
