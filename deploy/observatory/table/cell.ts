import { type Counts, exitsIn, meanCounts } from '../counts.ts';
import type { ObservedSet, State, WorkResult } from '../result.ts';
import { WORKS, type Work } from '../works/list.ts';

/** What is known of one work in one layer of one set of kernels, of all its boots together. */
export interface Cell {
  readonly state: State;
  readonly why: string | undefined;
  /** Exits at each layer above for one piece, guest0 first. */
  readonly exits: readonly number[];
  /** Least and most of guest0's for one piece, over all repetitions. */
  readonly spread: readonly [number, number] | undefined;
  /** Counts of each layer, guest0 first, of all pieces. */
  readonly counts: readonly Counts[];
  /** Of the layer's own clock for all pieces, µs. */
  readonly us: number | undefined;
  readonly agrees: boolean | undefined;
}

/** One line of the table. */
export interface Row {
  readonly work: Work;
  /** Layer that does the work, or boots. */
  readonly layer: number;
  /** One for each set, in their order; undefined where it was not tried. */
  readonly cells: readonly (Cell | undefined)[];
}

/** Idle is counted for one second of the lab. */
export function piecesOf(work: Work, { idleSeconds }: Pick<ObservedSet, 'idleSeconds'>): number {
  return work.name === 'idle' ? idleSeconds : work.pieces;
}

/** All that was tried in any of the sets, by work and layer. */
export function rowsOf(sets: readonly ObservedSet[]): Row[] {
  return WORKS.flatMap((work) =>
    [1, 2, 3].flatMap((layer) => {
      const cells = sets.map((set) => cellOf(set, work, layer));
      return cells.every((cell) => cell === undefined) ? [] : [{ work, layer, cells }];
    }),
  );
}

export function cellOf(set: ObservedSet, work: Work, layer: number): Cell | undefined {
  const results = set.runs
    // With two CPUs other things wake threads: that boot is for the calls between them, and told with it.
    .filter(({ cpus }) => (work.name === 'ipi') === cpus > 1)
    .flatMap(({ works }) => works.filter((each) => each.work === work.name && each.layer === layer));
  const [first] = results;
  if (first === undefined) return undefined;
  const counted = results.filter(({ state }) => state === 'counted');
  if (counted.length === 0) {
    return { ...first, why: first.why, exits: [], spread: undefined, us: first.us, agrees: undefined };
  }
  return countedCell(counted, piecesOf(work, set), layer);
}

function countedCell(counted: readonly WorkResult[], pieces: number, layer: number): Cell {
  const counts = Array.from({ length: layer + 1 }, (_, at) =>
    meanCounts(counted.map((each) => each.counts[at] ?? {})),
  );
  const outermost = counted.flatMap(({ repetitions }) => repetitions.map(([exits = 0]) => exits / pieces));
  return {
    state: 'counted',
    why: undefined,
    exits: counts.slice(0, layer).map((each) => exitsIn(each) / pieces),
    spread: [Math.min(...outermost), Math.max(...outermost)],
    counts,
    us: counted.reduce((sum, { us = 0 }) => sum + us, 0) / counted.length,
    agrees: counted.every(({ agrees }) => agrees !== false),
  };
}

/** Ratios of less would be of what is uneven. */
const LEAST_COMPARED = 0.5;
/** Changes above this are marked. */
const MARKED = 0.1;

/** How many times guest0's exits of another cell, and whether that is to be seen; undefined where one of them has none. */
export function compared(cell: Cell | undefined, base: Cell | undefined) {
  const [one, other] = [cell?.exits[0], base?.exits[0]];
  if (one === undefined || other === undefined || other < LEAST_COMPARED) return undefined;
  const ratio = one / other;
  return { ratio, isMarked: Math.abs(ratio - 1) > MARKED };
}
