import { defined } from '@nestwatch/common/defined';
import { median } from '@nestwatch/common/statistics';
import { type Baseline, learnBaseline, type Pair, residuals } from './baseline.ts';
import { isStep, JUDGED, minimumDetectable, STEP_LIMITS } from './step.ts';

/** A result as a stream takes it into account, in the order of the rounds. */
export interface Observation extends Pair {
  /** When it was measured, µs since 1970. */
  readonly timeUs: number;
  /** Results under different fingerprints are never compared. */
  readonly fingerprint: string;
  /**
   * Marked as disturbed by whoever measured it. "void": the measurement itself is in doubt (lease lost, clock
   * stepped), neither judged nor learned from. "loaded": right, but under load (steal, pressure): a slowdown that
   * people feel, so it is judged, and not learned from once there is a baseline without it.
   */
  readonly disturbed?: 'void' | 'loaded';
}

export const TRACK_LIMITS = {
  ...STEP_LIMITS,
  /** Fewest accepted results before anything is judged. */
  leastBaseline: 8,
  /** Most accepted results that the baseline remembers. */
  longestBaseline: 100,
  /** Below this ratio to the baseline a slowdown counts as over. */
  clear: 1.1,
  /** Rounds in a row that have to say so. */
  clearRounds: 2,
};
type TrackLimits = Readonly<typeof TRACK_LIMITS>;

/** Where a stream stands after its last observation. */
export interface Track {
  readonly accepted: readonly Observation[];
  readonly judged: readonly Observation[];
  readonly raised?: Raised;
  /** Rounds in a row that were back to normal while raised. */
  readonly calm: number;
}

interface Raised {
  readonly sinceUs: number;
  /** Frozen: a slowdown must not become the new normal by lasting. */
  readonly baseline: Baseline;
}

export const FRESH: Track = { accepted: [], judged: [], calm: 0 };

/** Takes one more result into account. Pure: replaying a history gives the same state after a restart. */
export function track(state: Track, seen: Observation, limits: TrackLimits = TRACK_LIMITS): Track {
  if (seen.disturbed === 'void') return state;
  const last = state.judged.at(-1);
  if (last !== undefined && last.fingerprint !== seen.fingerprint) return { ...FRESH, judged: [seen] };
  const judged = [...state.judged, seen].slice(-JUDGED);
  if (state.raised !== undefined) return whileRaised(state, judged, state.raised, limits);
  const young = state.accepted.length < limits.leastBaseline;
  const leaving = state.judged.length === JUDGED ? state.judged.slice(0, 1) : [];
  const learned = leaving.filter((each) => young || each.disturbed === undefined);
  const accepted = improved([...state.accepted, ...learned].slice(-limits.longestBaseline), limits);
  const next: Track = { ...state, accepted, judged, calm: 0 };
  const baseline = baselineOf(next, limits);
  const before = accepted.at(-1);
  if (baseline === undefined || before === undefined || judged.length < JUDGED) return next;
  if (!isStep(baseline, residuals(baseline, judged), ratio(before) - baseline.level, limits)) return next;
  return { ...next, raised: { sinceUs: judged[0]?.timeUs ?? seen.timeUs, baseline } };
}

/** The baseline in force: frozen while raised, undefined while too little is known. */
function baselineOf(state: Track, limits: TrackLimits): Baseline | undefined {
  if (state.raised !== undefined) return state.raised.baseline;
  return state.accepted.length < limits.leastBaseline ? undefined : learnBaseline(state.accepted.map(ratio));
}

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
  /** Results that the baseline rests on. */
  readonly samples: number;
  readonly sinceUs?: number;
}

export function standing(state: Track, limits: TrackLimits = TRACK_LIMITS): Standing {
  const baseline = baselineOf(state, limits);
  const recent = state.judged.length < JUDGED ? undefined : Math.exp(median(state.judged.map(ratio)));
  if (baseline === undefined)
    return defined({ state: 'learning' as const, recent, samples: state.accepted.length });
  return defined({
    state: state.raised === undefined ? ('steady' as const) : ('slow' as const),
    recent,
    slowdown: Math.exp(median(residuals(baseline, state.judged))),
    usual: Math.exp(baseline.level),
    spread: Math.exp(baseline.spread),
    minimumDetectable: minimumDetectable(baseline, limits),
    samples: baseline.count,
    sinceUs: state.raised?.sinceUs,
  });
}

function whileRaised(
  state: Track,
  judged: readonly Observation[],
  { baseline }: Raised,
  limits: TrackLimits,
): Track {
  const level = median(residuals(baseline, judged));
  const calm = level <= Math.max(Math.log(limits.clear), baseline.spread) ? state.calm + 1 : 0;
  if (calm < limits.clearRounds) return { ...state, judged, calm };
  const { raised: _over, ...rest } = state;
  return { ...rest, judged, calm: 0 };
}

// When a whole baseline's worth of results is faster than before, that is the new normal: else a later fall
// back to the old speed, a slowdown for whoever got used to the new one, would go unseen for a long time.
function improved(accepted: Observation[], limits: TrackLimits): Observation[] {
  const newest = accepted.slice(-limits.leastBaseline);
  if (accepted.length < 2 * limits.leastBaseline) return accepted;
  const older = learnBaseline(accepted.slice(0, -limits.leastBaseline).map(ratio));
  const bar = older.level - Math.max(Math.log(limits.smallest), older.spread);
  return newest.every((each) => ratio(each) < bar) ? newest : accepted;
}

function ratio(pair: Pair): number {
  return pair.own - pair.reference;
}
