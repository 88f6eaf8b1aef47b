import type { ObservedSet } from '../result.ts';
import { type Cell, cellOf } from '../table/cell.ts';
import { type WorkName, workOf } from '../works/list.ts';

/** What a set counted of a work in a layer; undefined where it counted nothing. */
export function counted(set: ObservedSet, work: WorkName, layer: number): Cell | undefined {
  const cell = cellOf(set, workOf(work), layer);
  return cell?.state === 'counted' ? cell : undefined;
}

export const LAYERS = [1, 2, 3];
export const outermost = (cell: Cell | undefined) => cell?.exits[0];

/** Exits at guest0 for one piece in guest1, guest2 and so on, as deep as they were counted. */
export function exitsByLayer(set: ObservedSet, work: WorkName): number[] {
  const values = LAYERS.map((layer) => outermost(counted(set, work, layer)));
  const end = values.indexOf(undefined);
  return values.slice(0, end === -1 ? undefined : end) as number[];
}

/** The deepest layer of which a set counted a work; 0 for none. */
export const deepest = (set: ObservedSet, work: WorkName) => exitsByLayer(set, work).length;
