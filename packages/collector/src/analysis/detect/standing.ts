import { defined } from '@nestwatch/common/defined';
import { median } from '@nestwatch/common/statistics';
import { residuals } from './baseline.ts';
import { TRACK_LIMITS, type TrackLimits } from './limits.ts';
import type { Notice } from './notices.ts';
import { ratio } from './observation.ts';
import { JUDGED, minimumDetectable } from './step.ts';
import { baselineOf, type Track } from './tracker.ts';

/** What a reader sees of a stream. Ratios of times: 1 is as usual, 2 is twice as slow. */
export interface Standing {
  readonly state: 'learning' | 'steady' | 'slow';
  /** Middle of the newest three, as a ratio to the reference (or seconds for one unit without one). */
  readonly recent?: number;
  /** The same over the baseline. */
  readonly slowdown?: number;
  /** The baseline itself, as a ratio to the reference (or seconds for one unit without one). */
  readonly usual?: number;
  /** Spread of one result around the baseline, as a ratio above 1: 1.1 is ±10 %. */
  readonly spread?: number;
  readonly minimumDetectable?: number;
  /** Results that the baseline is based on. */
  readonly samples: number;
  readonly sinceUs?: number;
  /** What the long look shows while nothing is raised. */
  readonly notice?: Notice;
}

export function standing({ now }: Track, limits: TrackLimits = TRACK_LIMITS): Standing {
  const { judged, accepted } = now.levels.level;
  const baseline = baselineOf(now, limits);
  const recent = judged.length < JUDGED ? undefined : Math.exp(median(judged.map(ratio)));
  if (baseline === undefined)
    return defined({ state: 'learning' as const, recent, samples: accepted.length });
  return defined({
    state: now.raised === undefined ? ('steady' as const) : ('slow' as const),
    recent,
    slowdown: Math.exp(median(residuals(baseline, judged))),
    usual: Math.exp(baseline.level),
    spread: Math.exp(baseline.spread),
    minimumDetectable: minimumDetectable(baseline, limits),
    samples: baseline.count,
    sinceUs: now.raised?.sinceUs,
    notice: now.raised === undefined ? now.notices.notice : undefined,
  });
}
