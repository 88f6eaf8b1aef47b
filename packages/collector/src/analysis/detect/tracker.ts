import { median } from '@nestwatch/common/statistics';
import { type Baseline, learnBaseline, residuals } from './baseline.ts';
import type { LongView } from './drift.ts';
import { believed } from './erratic.ts';
import { enter, type Level, type Levels, learn, NO_LEVELS, usual, withJudged } from './levels.ts';
import { TRACK_LIMITS, type TrackLimits } from './limits.ts';
import { NO_NOTICES, type Notices, notice, remember } from './notices.ts';
import { type Observation, ratio } from './observation.ts';
import { isStep, JUDGED, waitBar } from './step.ts';

/** Where a stream stands on one machine. */
export interface MachineTrack {
  readonly machine: string;
  readonly levels: Levels;
  readonly raised?: Raised;
  /** Rounds in a row that were back to normal while raised. */
  readonly calm: number;
  /** A small step that waits for more rounds to show it. */
  readonly waiting?: Waiting;
  readonly notices: Notices;
}

interface Waiting extends Pick<Raised, 'sinceUs' | 'baseline'> {
  /** Rounds that showed it, one after the other. */
  readonly rounds: number;
  /** The result before the first of them. */
  readonly last: Observation;
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

export const FRESH: Track = {
  now: { machine: '', levels: NO_LEVELS, calm: 0, notices: NO_NOTICES },
  before: [],
};

/** Before the first result, where what was usual long before is known of a machine. */
export function freshWith(view: LongView, machine: string): Track {
  if (view.middles.length === 0) return FRESH;
  return { ...FRESH, now: { ...FRESH.now, machine, notices: { ...NO_NOTICES, view } } };
}

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
  const { levels, raised, waiting: _small, calm: _over, ...now } = state.now;
  const { notice: noticed, recent } = now.notices;
  const newest = noticed === undefined ? levels.level.judged : recent.slice(-noticed.rounds);
  const slow = raised?.slow ?? newest;
  const sinceUs = Math.min(noticed?.sinceUs ?? Number.POSITIVE_INFINITY, slow[0]?.timeUs ?? 0);
  const earlier = usual(levels).filter(({ timeUs }) => timeUs < sinceUs);
  const baseline = raised?.baseline ?? learned(earlier, limits);
  if (baseline === undefined || slow.length === 0) return state;
  const by = median(residuals(baseline, slow));
  // What is as usual needs no word, and knows more of its spread.
  if ((raised ?? noticed) === undefined && by <= Math.max(Math.log(limits.clear), baseline.spread))
    return state;
  const shifted = earlier.slice(-limits.leastBaseline).map((each) => ({ ...each, own: each.own + by }));
  const level: Level = { ...levels.level, accepted: [...shifted, ...slow.slice(0, -JUDGED)] };
  return {
    ...state,
    now: { ...now, levels: { level, others: levels.others }, calm: 0, notices: NO_NOTICES },
  };
}

/** The current baseline: frozen while raised, undefined while too little is known. */
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
  const isKnown = now.levels.others.includes(levels.level);
  // What was noticed was measured against the level that is left.
  const notices = isKnown ? { ...NO_NOTICES, view: now.notices.view } : now.notices;
  if (levels === now.levels || now.raised === undefined) return { ...now, levels, notices };
  const baseline = (isKnown ? learned(levels.level.accepted, limits) : undefined) ?? now.raised.baseline;
  return { ...now, levels, notices, raised: { ...now.raised, baseline }, calm: 0 };
}

function next(now: MachineTrack, seen: Observation, limits: TrackLimits): MachineTrack {
  if (now.raised !== undefined) return whileRaised(now, seen, now.raised, limits);
  const levels = learn(now.levels, seen, limits);
  const { waiting: before, ...rest } = now;
  const state: MachineTrack = { ...rest, levels, calm: 0 };
  const notices = remember(now.notices, seen);
  const baseline = learned(usual(levels), limits);
  if (baseline === undefined) return { ...state, notices };
  const waiting = stepIn({ ...state, notices }, baseline, limits, before);
  if (waiting !== undefined && waiting.rounds > waiting.needed) {
    const { sinceUs } = waiting;
    return { ...state, notices, raised: { sinceUs, baseline: waiting.baseline, slow: levels.level.judged } };
  }
  if (waiting !== undefined) return { ...state, notices, waiting };
  return { ...state, notices: notice(notices, levels, baseline, limits) };
}

/** The step that the judged results show, and for how many rounds it has shown. */
function stepIn(
  { levels, notices }: MachineTrack,
  inForce: Baseline,
  limits: TrackLimits,
  before: Waiting | undefined,
): (Waiting & { needed: number }) | undefined {
  const { judged, last: newest = usual(levels).at(-1) } = levels.level;
  const { baseline, last } = before ?? { baseline: inForce, last: newest };
  const [first] = judged;
  if (first === undefined || last === undefined || judged.length < JUDGED) return undefined;
  const change = residuals(baseline, judged);
  const earlier = notices.recent.slice(0, -JUDGED - (before?.rounds ?? 0)).map(ratio);
  const trusted = believed(baseline, earlier);
  if (!isStep(trusted, change, ratio(last) - baseline.level, limits)) return undefined;
  return {
    sinceUs: before?.sinceUs ?? first.timeUs,
    rounds: (before?.rounds ?? 0) + 1,
    needed: median(change) < waitBar(baseline, limits) ? limits.waitRounds : 0,
    baseline,
    last,
  };
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
