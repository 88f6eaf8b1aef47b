import type { ProbeOutcomeShape } from '@nestwatch/proto';

/** Each probe's outcome is sent at least this often, ms, so that any five minutes have all of them. */
const AGAIN_AFTER_MS = 150_000;

/**
 * Chooses from the outcomes of each tick those that are sent: what is not as it was, at once, and of the others a few in
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
