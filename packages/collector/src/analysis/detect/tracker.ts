import { median } from '@nestwatch/common/statistics';
import { type Baseline, learnBaseline, residuals } from './baseline.ts';
import { enter, type Level, type Levels, learn, NO_LEVELS, usual, withJudged } from './levels.ts';
import { TRACK_LIMITS, type TrackLimits } from './limits.ts';
import { type Observation, ratio } from './observation.ts';
import { isStep, JUDGED } from './step.ts';

/** Where a stream stands on one machine. */
export interface MachineTrack {
  readonly machine: string;
  readonly levels: Levels;
  readonly raised?: Raised;
  /** Rounds in a row that were back to normal while raised. */
  readonly calm: number;
}

interface Raised {
  readonly sinceUs: number;
  /** Frozen: a slowdown must not become the new normal by lasting. */
  readonly baseline: Baseline;
  /** What was measured since, for who accepts it as the new normal. */
  readonly slow: readonly Observation[];
}

/** Where a stream stands after its last observation. */
export interface Track {
  readonly now: MachineTrack;
  /** The same of machines that the node was before, the last one last. */
  readonly before: readonly MachineTrack[];
}

/** Earlier machines that are remembered. */
const MOST_MACHINES = 4;
/** Slow results that are remembered. */
const MOST_SLOW = 50;

export const FRESH: Track = { now: { machine: '', levels: NO_LEVELS, calm: 0 }, before: [] };

/** Takes one more result into account. Pure: replaying a history gives the same state after a restart. */
export function track(state: Track, seen: Observation, limits: TrackLimits = TRACK_LIMITS): Track {
  if (seen.disturbed === 'void') return state;
  const { now, before } = onMachine(state, seen.machine);
  return { now: next(entered(now, seen, limits), seen, limits), before };
}

/**
 * Makes what was measured lately the usual, because an operator says so. Its spread is known from before.
 * @returns the same state where nothing is slow
 */
export function accept(state: Track, limits: TrackLimits = TRACK_LIMITS): Track {
  const { levels, raised, calm: _over, ...now } = state.now;
  const baseline = baselineOf(state.now, limits);
  const slow = raised?.slow ?? levels.level.judged;
  if (baseline === undefined || slow.length === 0) return state;
  const by = median(residuals(baseline, slow));
  // What is as usual needs no word, and knows more of its spread.
  if (raised === undefined && by <= Math.max(Math.log(limits.clear), baseline.spread)) return state;
  const shifted = usual(levels)
    .slice(-limits.leastBaseline)
    .map((each) => ({ ...each, own: each.own + by }));
  const level: Level = { ...levels.level, accepted: [...shifted, ...slow.slice(0, -JUDGED)] };
  return { ...state, now: { ...now, levels: { level, others: levels.others }, calm: 0 } };
}

/** The baseline in force: frozen while raised, undefined while too little is known. */
export function baselineOf({ raised, levels }: MachineTrack, limits: TrackLimits): Baseline | undefined {
  return raised?.baseline ?? learned(usual(levels), limits);
}

function learned(accepted: readonly Observation[], limits: TrackLimits): Baseline | undefined {
  return accepted.length < limits.leastBaseline ? undefined : learnBaseline(accepted.map(ratio));
}

function onMachine({ now, before }: Track, machine: string): Track {
  if (now.machine === machine) return { now, before };
  const known = before.find((each) => each.machine === machine);
  const isNone = now.levels.level.judged.length === 0;
  const left = isNone ? before : [...before, now].filter((each) => each !== known);
  return { now: known ?? { ...FRESH.now, machine }, before: left.slice(-MOST_MACHINES) };
}

/** A change of environment leaves a raised slowdown raised; what is known of the environment judges it from then on. */
function entered(now: MachineTrack, seen: Observation, limits: TrackLimits): MachineTrack {
  const levels = enter(now.levels, seen.environment, limits);
  if (levels === now.levels || now.raised === undefined) return { ...now, levels };
  const isKnown = levels.carriedFrom === undefined && levels.level !== now.levels.level;
  const baseline = (isKnown ? learned(levels.level.accepted, limits) : undefined) ?? now.raised.baseline;
  return { ...now, levels, raised: { ...now.raised, baseline }, calm: 0 };
}

function next(now: MachineTrack, seen: Observation, limits: TrackLimits): MachineTrack {
  if (now.raised !== undefined) return whileRaised(now, seen, now.raised, limits);
  const levels = learn(now.levels, seen, limits);
  const state: MachineTrack = { ...now, levels, calm: 0 };
  const { judged, accepted } = levels.level;
  const baseline = baselineOf(state, limits);
  const before = accepted.at(-1) ?? usual(levels).at(-1);
  if (baseline === undefined || before === undefined || judged.length < JUDGED) return state;
  if (!isStep(baseline, residuals(baseline, judged), ratio(before) - baseline.level, limits)) return state;
  return { ...state, raised: { sinceUs: judged[0]?.timeUs ?? seen.timeUs, baseline, slow: judged } };
}

function whileRaised(
  now: MachineTrack,
  seen: Observation,
  raised: Raised,
  limits: TrackLimits,
): MachineTrack {
  const level = withJudged(now.levels.level, seen);
  const levels: Levels = { ...now.levels, level };
  const change = median(residuals(raised.baseline, level.judged));
  const isCalm = change <= Math.max(Math.log(limits.clear), raised.baseline.spread);
  const calm = isCalm ? now.calm + 1 : 0;
  const slow = [...raised.slow, seen].slice(-MOST_SLOW);
  if (calm < limits.clearRounds) return { ...now, levels, raised: { ...raised, slow }, calm };
  const { raised: _over, ...rest } = now;
  return { ...rest, levels, calm: 0 };
}
