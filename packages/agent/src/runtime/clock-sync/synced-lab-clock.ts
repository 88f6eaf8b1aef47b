import { defined } from '@nestwatch/common/defined';
import type { LayerPosition } from '../../capability/fact.ts';
import { createEstimator, type Estimate, type Exchange, labTimeAt, type Verdict } from './estimator.ts';

/** What the agent knows of the collector's clock and of its own layer position. */
export type SyncedLabClock = ReturnType<typeof createSyncedLabClock>;

/** A lab clock that knows what it was configured with and learns the rest. What was configured stays. */
export function createSyncedLabClock(configured: LayerPosition) {
  const estimator = createEstimator();
  let learned: LayerPosition = {};
  let first: Estimate | undefined;
  let newest = { monoUs: 0, labUs: 0 };
  return {
    /** The estimate that messages made before it are placed by: the first with a measured rate. */
    get first(): Estimate | undefined {
      return first;
    },
    /** Takes the best exchange of a burst, and where the collector says with it that this node stands. */
    learn(exchange: Exchange, position: LayerPosition): Verdict {
      learned = position;
      const verdict = estimator.add(exchange);
      if (verdict.kind === 'jumped') newest = { monoUs: 0, labUs: 0 };
      if (estimator.rateKnown) first ??= estimator.estimate;
      return verdict;
    },
    /**
     * The collector's time at a moment of this machine's monotonic clock, µs since 1970, and how many collector
     * seconds pass in one of ours. Undefined until the two have been compared.
     */
    estimate(monoUs: number): { labUs: number; rate: number } | undefined {
      const estimate = estimator.estimate;
      if (estimate === undefined || !estimator.rateKnown) return undefined;
      const straight = labTimeAt(estimate, monoUs);
      // A better estimate may be an earlier one; later messages must not stand before earlier ones for it.
      const labUs = monoUs >= newest.monoUs ? Math.max(straight, newest.labUs) : straight;
      if (monoUs >= newest.monoUs) newest = { monoUs, labUs };
      return { labUs, rate: estimate.rate };
    },
    /** Depth and parent, configured or told by the collector; no layer until known. */
    position: (): { layer?: number; parent: string } => ({
      ...defined({ layer: configured.layer ?? learned.layer }),
      parent: configured.parent ?? learned.parent ?? '',
    }),
    /** What one exit costs the parent that the collector knows, µs, which a configured one need not be. */
    parentExitUs: (): number | undefined =>
      configured.parent === undefined || configured.parent === learned.parent
        ? learned.parentExitUs
        : undefined,
  };
}
