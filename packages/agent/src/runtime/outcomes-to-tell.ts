import type { ProbeOutcomeShape } from '@nestwatch/proto';

/** However little happens, each probe's outcome is told as often as this, ms: whoever looks at five minutes sees all. */
const AGAIN_AFTER_MS = 150_000;

/**
 * Chooses from the outcomes of each tick those that are told: what is not as it was, at once, and of the others a few in
 * turn. How a probe goes hardly ever changes, and a point for each of them would be half of all points.
 * @param intervalMs between two ticks
 * @returns called with all outcomes of a tick, always in the same order
 */
export function createOutcomesToTell(intervalMs: number) {
  const told = new Map<string, string>();
  let first = 0;
  return (outcomes: readonly ProbeOutcomeShape[]): ProbeOutcomeShape[] => {
    const all = outcomes.length;
    const inTurn = Math.min(all, Math.ceil((all * intervalMs) / AGAIN_AFTER_MS));
    const from = first;
    first = all === 0 ? 0 : (from + inTurn) % all;
    return outcomes.filter(({ probe, status, reason }, at) => {
      const [name, says] = [probe ?? '', `${status} ${reason}`];
      const isNew = told.get(name) !== says;
      told.set(name, says);
      return isNew || (at - from + all) % all < inTurn;
    });
  };
}
