import type { LabClock } from '../lab-clock.ts';
import { createEstimator, type Estimate, labTimeAt, type Verdict } from './estimator.ts';
import type { Exchange } from './exchange.ts';

/** Where the collector says this node stands. */
export interface ToldPlace {
  layer?: number;
  parent: string;
  /** What one exit costs that parent, µs. */
  parentExitUs?: number;
}

export interface SyncedLabClock extends LabClock {
  /** Takes the best exchange of a burst, and the place that came with it. */
  learn(exchange: Exchange, told: ToldPlace): Verdict;
  /** What one exit costs the parent, µs, as the collector told it; undefined until known. */
  parentExitUs(): number | undefined;
  /** The estimate that messages made before it are placed by: the first with a measured rate. */
  readonly first: Estimate | undefined;
}

/** A lab clock that knows what it was configured with and learns the rest. What was configured stays. */
export function createSyncedLabClock(configured: { layer?: number; parent?: string }): SyncedLabClock {
  const estimator = createEstimator();
  let told: ToldPlace = { parent: '' };
  let first: Estimate | undefined;
  let newest = { monoUs: 0, labUs: 0 };
  return {
    get first() {
      return first;
    },
    learn(exchange, place) {
      told = place;
      const verdict = estimator.add(exchange);
      if (verdict.kind === 'jumped') newest = { monoUs: 0, labUs: 0 };
      if (estimator.rateKnown) first ??= estimator.estimate;
      return verdict;
    },
    estimate(monoUs) {
      const estimate = estimator.estimate;
      if (estimate === undefined || !estimator.rateKnown) return undefined;
      const straight = labTimeAt(estimate, monoUs);
      // A better estimate may be an earlier one; later messages must not stand before earlier ones for it.
      const labUs = monoUs >= newest.monoUs ? Math.max(straight, newest.labUs) : straight;
      if (monoUs >= newest.monoUs) newest = { monoUs, labUs };
      return { labUs, rate: estimate.rate };
    },
    place() {
      const layer = configured.layer ?? told.layer;
      return { ...(layer === undefined ? {} : { layer }), parent: configured.parent ?? told.parent };
    },
    // Of the parent that the collector knows, which a configured one need not be.
    parentExitUs: () =>
      configured.parent === undefined || configured.parent === told.parent ? told.parentExitUs : undefined,
  };
}
