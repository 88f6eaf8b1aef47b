import type { Environment } from '../../read/environment.ts';
import type { Result } from '../../read/result.ts';
import { settle } from '../environment/settle.ts';

/** What one node's environment was, by what stood beside its results. */
export interface Timeline {
  /**
   * Beside a result of its own, in a round that it measured as well, or else at the moment of the result; undefined where
   * that lies between two of its results whose environments are not the same.
   */
  at(result: Result, isSame?: (a: Environment, b: Environment) => boolean): Environment | undefined;
  /** Each environment that it had, oldest first. */
  readonly all: readonly Environment[];
}

/** @param results of one node, oldest first */
export function createTimeline(results: readonly Result[]): Timeline {
  const told = results.filter(({ environment }) => environment !== undefined);
  const settled = settle(told.map(({ environment }) => environment)).map(({ environment }) => environment);
  const byResult = new Map(told.map((result, at) => [result, settled[at]]));
  const byRound = new Map(told.map(({ round }, at) => [round, settled[at]]));
  return {
    at(result, isSame = (a, b) => a === b) {
      const beside = byResult.get(result) ?? (result.round === '' ? undefined : byRound.get(result.round));
      if (beside !== undefined) return beside;
      const after = firstAfter(told, result.timeUs);
      const [last, next] = [settled[after - 1], settled[after]];
      if (last === undefined || next === undefined) return last ?? next;
      return isSame(last, next) ? last : undefined;
    },
    all: settled.filter((each, at) => each !== settled[at - 1]),
  };
}

/** Index of the first result that stands after a moment. */
function firstAfter(told: readonly Result[], timeUs: number): number {
  let [low, high] = [0, told.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((told[middle]?.timeUs ?? 0) <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
