import { median } from '@nestwatch/common/statistics';
import { learnBaseline } from './baseline.ts';
import type { TrackLimits } from './limits.ts';
import { type Observation, ratio } from './observation.ts';

/**
 * What is usual, when a whole baseline's worth of results is faster than before: that is the new normal. Else a later
 * fall back to the old speed, a slowdown for whoever got used to the new one, would go unseen for a long time.
 */
export function improved(accepted: Observation[], limits: TrackLimits): Observation[] {
  const newest = accepted.slice(-limits.leastBaseline);
  if (accepted.length < 2 * limits.leastBaseline) return accepted;
  const values = accepted.slice(0, -limits.leastBaseline).map(ratio);
  const least = median(values) - Math.log(limits.smallest);
  if (newest.some((each) => ratio(each) >= least)) return accepted;
  const older = learnBaseline(values);
  const bar = older.level - Math.max(Math.log(limits.smallest), older.spread);
  return newest.every((each) => ratio(each) < bar) ? newest : accepted;
}
