import { median } from '@nestwatch/common/statistics';

export const DRIFT = {
  /** Results whose middle is one point of the long view. */
  rounds: 20,
  /** Smallest drift reported, as a ratio of times. */
  smallest: 1.2,
  /** Points that are remembered: 700 results. */
  blocks: 35,
};
/** Fewest points for a view at all. */
const LEAST_BLOCKS = 3;

/** The long view of a stream: middles of each twenty results, in the order of time. */
export interface LongView {
  readonly middles: readonly number[];
  /** Results since the last of them. */
  readonly rest: readonly number[];
}

export const NO_VIEW: LongView = { middles: [], rest: [] };

export function look({ middles, rest }: LongView, value: number): LongView {
  const more = [...rest, value];
  if (more.length < DRIFT.rounds) return { middles, rest: more };
  return { middles: [...middles, median(more)].slice(-DRIFT.blocks), rest: [] };
}

/**
 * What a drift is measured from: the lower quartile of the middles, so that neither a few fast weeks nor the drift
 * itself move it much. Undefined while too little is known.
 */
export function anchorOf({ middles }: LongView): number | undefined {
  if (middles.length < LEAST_BLOCKS) return undefined;
  return [...middles].sort((a, b) => a - b)[Math.floor((middles.length - 1) / 4)];
}
