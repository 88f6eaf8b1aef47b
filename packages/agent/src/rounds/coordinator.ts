/** One node's turn in a round. */
export interface Claim {
  readonly benchmark: string;
  readonly round: string;
  /** The shared time at which the round ends, ms since 1970: after it, there is no turn. */
  readonly untilMs: number;
  /** Longest time that the benchmark takes, ms of this machine. */
  readonly limitMs: number;
}

export interface Turn {
  /** Greater for each later turn in the lab; absent when nobody coordinates. */
  readonly fence?: number;
  /** Aborted when the turn is lost, with the reason. */
  readonly lost: AbortSignal;
}

export type TurnEnd<T> =
  /** `kept` is false when the turn was lost before it ended, even if that showed only afterwards. */
  | { readonly state: 'held'; readonly value: T; readonly kept: boolean }
  /** There was no turn before the round ended, and why: who had it. */
  | { readonly state: 'missed'; readonly reason: string };

/** Gives turns, so that only one node of a lab benchmarks at a time. */
export interface Coordinator {
  turn<T>(claim: Claim, signal: AbortSignal, use: (turn: Turn) => Promise<T>): Promise<TurnEnd<T>>;
}

/** For a node on its own: every turn is given at once. */
export const uncoordinated: Coordinator = {
  async turn(_claim, signal, use) {
    return { state: 'held', value: await use({ lost: signal }), kept: true };
  },
};
